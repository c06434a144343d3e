// The construct in a team's own CDK application, deployed beside the broker: a role that is given, data, a registrar.
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { App, Stack } from 'aws-cdk-lib';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { expect, it, onTestFinished } from 'vitest';
import { credentialsOf } from '../../client/broker-client.ts';
import { BrokeredApplication, type BrokeredApplicationProps } from '../../client/infrastructure/index.ts';
import type { Template } from '../../sandbox/templates/template.ts';
import { setVariables } from './support/amendments.ts';
import { ApplicationStack, apiIdOf, issuerOf } from './support/application-stack.ts';
import type { Broker } from './support/broker.ts';
import { startBroker } from './support/broker-sandbox.ts';

type Team = (stack: Stack, props: Pick<BrokeredApplicationProps, 'broker' | 'registration'>) => void;

function synthesize(broker: Broker, team: Team): Template {
  const { outputs } = broker;
  const app = new App({ analyticsReporting: false });
  const stack = new Stack(app, 'Team');
  team(stack, {
    broker: {
      endpoint: outputs.endpoint,
      apiId: apiIdOf(broker),
      serviceRoleName: outputs.servicePrincipalRoleName,
    },
    registration: {
      SessionTagKey: 'TenantID',
      JWTClaimName: 'custom:tenant_id',
      JWKSetURL: outputs.jwksUrl,
      Issuer: issuerOf(broker),
      Audience: outputs.userPoolClientId,
      SessionDurationSeconds: 900,
    },
  });
  const template = app.synth().getStackByName('Team').template as Template;
  setVariables(template, () => ({ PROPAGATION_SECONDS: '0' }));
  return template;
}

async function open(amendTemplate?: (name: string, template: Template) => void): Promise<Broker> {
  const broker = await startBroker(amendTemplate && { amendTemplate });
  onTestFinished(() => broker.sandbox.stop());
  return broker;
}

it('gives a role of the team’s own its policies, and takes them away; another name is another application', async () => {
  const broker = await open();
  const { stacks, account, environment } = broker.sandbox;
  const withRole = (roleName: string) =>
    synthesize(broker, (stack, props) => {
      const role = new Role(stack, 'Own', { roleName, assumedBy: new AccountRootPrincipal() });
      const { access } = new BrokeredApplication(stack, 'Application', { ...props, role });
      access.grantTenantPrefix(Bucket.fromBucketName(stack, 'Files', 'team-files'));
    });
  await stacks.create({ stackName: 'Team', template: withRole('Shop') });
  const application = new ApplicationStack(broker, 'Shop');
  expect(await application.registered()).toMatchObject({ SessionDurationSeconds: 900 });

  const object = { body: Buffer.from('here'), contentType: 'text/plain', etag: '0', lastModified: 0 };
  const objects = new Map(['Yellow', 'Blue'].map((tenant) => [`${tenant}/file.txt`, object]));
  account.buckets.set('team-files', { name: 'team-files', createdAt: 0, objects });
  const { body } = await application.running().credentials('Yellow');
  const s3 = new S3Client({
    endpoint: environment['AWS_ENDPOINT_URL'] as string,
    region: account.region,
    forcePathStyle: true,
    credentials: credentialsOf(body),
  });
  const get = (Key: string) => s3.send(new GetObjectCommand({ Bucket: 'team-files', Key }));
  expect(await (await get('Yellow/file.txt')).Body?.transformToString()).toBe('here');
  await expect(get('Blue/file.txt')).rejects.toMatchObject({ name: 'AccessDenied' });

  await stacks.update({ stackName: 'Team', template: withRole('Store') });
  expect(await application.registered('Shop')).toBeUndefined();
  expect(await application.running('Store').credentials('Yellow')).toMatchObject({ status: 200 });
  await stacks.delete('Team');
  expect(await application.registered('Store')).toBeUndefined();
  expect(account.identities.roles.has('Store')).toBe(false);
});

it('registers by a registrar, where that lets the function in', async () => {
  const broker = await open((_, template) => setVariables(template, () => ({ REGISTRARS: 'Deployer' })));
  const { stacks, account } = broker.sandbox;
  const deployer = broker.createApplication('Deployer');
  const template = synthesize(broker, (stack, props) => {
    new BrokeredApplication(stack, 'Application', {
      ...props,
      roleName: 'Shop',
      assumedBy: new AccountRootPrincipal(),
      registrar: Role.fromRoleName(stack, 'Registrar', deployer.roleName),
    });
  });
  await stacks.create({ stackName: 'Team', template });
  const application = new ApplicationStack(broker, 'Shop');
  const { roleId } = account.identities.role('Shop');
  expect(await application.registered()).toMatchObject({ ApplicationRoleId: roleId });
  expect(await application.running().credentials('Yellow')).toMatchObject({ status: 200 });
  const { own } = application.running();
  const written = await deployer.call('PUT', 'applications', deployer.registration(), { credentials: own });
  expect(written).toMatchObject({ status: 403, body: { message: 'Forbidden' } });
  await stacks.delete('Team');
  expect(await application.registered()).toBeUndefined();
});
