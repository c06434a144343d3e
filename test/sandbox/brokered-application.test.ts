// An application's stack beside the broker's: registered with it, changed with it, gone with it; only its function registers.
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { credentialsOf } from '../../client/broker-client.ts';
import { ApplicationStack, apiIdOf, outputOf } from './support/application-stack.ts';
import { broker, sandbox, useBroker } from './support/broker-sandbox.ts';

useBroker();

const refused = { status: 403, body: { message: 'Forbidden' } };

it('reaches the tenant of its user, and no other', async () => {
  const stack = new ApplicationStack(broker, 'Reader');
  const deployed = await stack.create({
    amend: (template) => {
      template.Resources['Data'] = {
        Type: 'AWS::IAM::Policy',
        Properties: {
          PolicyName: 'Data',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Action: 's3:GetObject',
                Resource: 'arn:aws:s3:::reader-files/${aws:PrincipalTag/TenantID}/*',
              },
            ],
          },
          Roles: ['ReaderAccess'],
        },
        DependsOn: Object.keys(template.Resources),
      };
    },
  });
  expect(outputOf([deployed], 'Warnings')).toBe('none');
  const objects = ['Yellow', 'Blue'].map((tenant) => {
    const object = { body: Buffer.from(tenant), contentType: 'text/plain', etag: '0', lastModified: 0 };
    return [`${tenant}/file.txt`, object] as const;
  });
  sandbox.account.buckets.set('reader-files', {
    name: 'reader-files',
    createdAt: 0,
    objects: new Map(objects),
  });

  const { body } = await stack.running().credentials('Yellow');
  const s3 = new S3Client({
    endpoint: sandbox.environment['AWS_ENDPOINT_URL'] as string,
    region: sandbox.account.region,
    forcePathStyle: true,
    credentials: credentialsOf(body),
  });
  const get = (Key: string) => s3.send(new GetObjectCommand({ Bucket: 'reader-files', Key }));
  expect(await (await get('Yellow/file.txt')).Body?.transformToString()).toBe('Yellow');
  await expect(get('Blue/file.txt')).rejects.toMatchObject({ name: 'AccessDenied' });
});

it('registers by its function alone: the application is refused, whatever else it is allowed, or tagged with', async () => {
  const stack = new ApplicationStack(broker, 'Runner');
  await stack.create();
  const registration = {
    ...stack.running().registration(),
    JWKSetURL: 'https://attacker.example.com/jwks.json',
  };
  const { identities } = sandbox.account;
  const role = identities.role('Runner');
  const everything = [{ Effect: 'Allow', Action: '*', Resource: '*' }];
  const attempts = async (application = stack.running()) => {
    for (const [method, body] of [
      ['POST', registration],
      ['PUT', registration],
      ['DELETE', undefined],
    ] as const) {
      expect(await application.call(method, 'applications', body)).toMatchObject(refused);
    }
  };
  await attempts();
  identities.putRolePolicy('Runner', 'Everything', { Version: '2012-10-17', Statement: everything });
  await attempts();

  // Whoever tags roles does not register either: the session has another name.
  role.tags.set('IAMSessionBrokerRegistration', 'Allowed');
  await attempts();
  role.tags.delete('IAMSessionBrokerRegistration');
  // Nor does whoever gives a session that name: it lacks the tag.
  const named = { sessionName: 'IAMSessionBrokerRegistration', durationSeconds: 3_600 };
  const credentials = identities.issueSession(role, named);
  const options = { credentials };
  expect(await stack.running().call('PUT', 'applications', registration, options)).toMatchObject(refused);
  expect(await stack.running().call('DELETE', 'applications', undefined, options)).toMatchObject(refused);
  expect(await stack.registered()).toMatchObject({ JWKSetURL: broker.outputs.jwksUrl });
  expect(await stack.running().credentials('Yellow')).toMatchObject({ status: 200 });
  identities.deleteRolePolicy('Runner', 'Everything');

  // And the function has no other session of the application than this.
  const functionRole = [...identities.roles.values()].find(({ roleName }) =>
    roleName.startsWith('Runner-Application'),
  );
  expect(JSON.stringify([...(functionRole?.inlinePolicies.values() ?? [])])).not.toMatch(/execute-api|"\*"/);
});

it('is changed with the stack, and deregistered with it', async () => {
  const stack = new ApplicationStack(broker, 'Changing');
  await stack.create();
  const [before] = [await stack.registered()];
  const requests = () =>
    sandbox.account.trail.events.filter(({ operation }) => operation === 'PUT /applications').length;
  const sent = requests();
  await stack.update({});
  expect(requests()).toBe(sent);

  await stack.update({ parameters: { JWTClaimName: 'custom:role' } });
  expect(await stack.registered()).toMatchObject({
    ...before,
    JWTClaimName: 'custom:role',
    Version: expect.anything(),
  });
  expect(await stack.running().credentials('Yellow')).toMatchObject({
    body: { Tags: { TenantID: 'Admin' } },
  });

  await stack.delete();
  expect(await stack.registered()).toBeUndefined();
  expect([...sandbox.account.identities.roles.keys()].filter((name) => name.startsWith('Changing'))).toEqual(
    [],
  );
});

it('shows what the broker warned of: in an output, and in the log', async () => {
  const stack = new ApplicationStack(broker, 'Warned');
  const deployed = await stack.create({
    amend: (template) => {
      for (const { Type, Properties = {} } of Object.values(template.Resources)) {
        if (Type !== 'AWS::IAM::Role' || !JSON.stringify(Properties).includes('sts:ExternalId')) continue;
        const { Statement } = Properties['AssumeRolePolicyDocument'] as {
          Statement: { Condition?: object }[];
        };
        for (const statement of Statement) delete statement.Condition;
      }
    },
  });
  expect(outputOf([deployed], 'Warnings')).toMatch(/^[A-Za-z]+: .*sts:ExternalId/);
  const line = sandbox
    .logs()
    .find((text) => text.includes('"application":"Warned"') && text.includes('"request"'));
  expect(JSON.parse(line ?? '')).toMatchObject({ level: 'WARN', Warnings: outputOf([deployed], 'Warnings') });
});

it('names the API that it may call', async () => {
  const stack = new ApplicationStack(broker, 'OtherApi');
  await expect(stack.create({ parameters: { BrokerApiId: 'another1' } })).rejects.toThrow(
    /GatewayRefused: 403/,
  );
  expect(apiIdOf(broker)).not.toBe('another1');
  expect(sandbox.account.stacks.has('OtherApi')).toBe(false);
  expect(sandbox.account.identities.roles.has('OtherApi')).toBe(false);
});
