// ShopFast's cells asked of the deployed broker, whose people are users of a directory, or members of a group there.
import { S3Client } from '@aws-sdk/client-s3';
import { beforeAll, describe, it } from 'vitest';
import { assign } from '../../sandbox/identity-center/assignments.ts';
import type { Department, Kind } from '../conformance/shopfast-cells.ts';
import { askers as everybody, file } from './fixtures/shopfast-run.ts';
import type { BrokerApplication } from './support/broker.ts';
import { data, SHOP, useDataBroker } from './support/data-broker.ts';
import { runCells, runObjects, type ShopFastRun } from './support/shopfast-runner.ts';

useDataBroker();

/** By role the broker has no tenant's target: shopfast.long.test.ts. */
const askers = everybody.filter(([, kind]) => kind !== 'role');
const emailOf = (department: Department, kind: Kind) => `${department}-${kind}@example.com`;
const grantees = new Map<string, string>();
let app: BrokerApplication;

beforeAll(() => {
  app = data.createApplication(SHOP);
  for (const [department, kind] of askers) grant(department, kind);
  for (const prefix of Object.keys(file.cells.Marketing)) {
    const [bucket = '', folder = ''] = prefix.split('/');
    data.put(`${folder}/object`, bucket);
  }
});

/** Somebody of the department who may use the application, and the department's grants for them, or for their group. */
function grant(department: Department, kind: Kind): void {
  const { store, applications } = data.sandbox.account.identityCenter.requireInstance();
  const [application] = applications.all;
  if (!application) throw new Error('there is no application');
  const name = `${department}-${kind}`;
  const { userId } = store.createUser(
    {
      UserName: name,
      DisplayName: name,
      Name: { GivenName: department, FamilyName: kind },
      Emails: [{ Value: emailOf(department, kind), Primary: true }],
    },
    'test',
  );
  assign(application, { principalType: 'USER', principalId: userId }, store);
  const isGroup = kind === 'group';
  const granteeIdentifier = isGroup
    ? store.createGroup({ displayName: name, description: undefined }, 'test').groupId
    : userId;
  if (isGroup) store.createMembership(granteeIdentifier, userId, 'test');
  const granteeType = isGroup ? 'DIRECTORY_GROUP' : 'DIRECTORY_USER';
  grantees.set(name, `${granteeType} ${granteeIdentifier}`);
  for (const { department: whose, scope, permission } of file.grants) {
    if (department !== 'Everything' && whose !== department) continue;
    const [bucket = '', subPrefix = ''] = scope.split('/');
    data.grant({ subPrefix, permission, grantee: { granteeType, granteeIdentifier } }, bucket);
  }
}

async function openRun(
  department: Department,
  kind: Kind,
  privilege: ShopFastRun['privilege'],
): Promise<ShopFastRun> {
  const JWT = await data.token(emailOf(department, kind));
  return {
    cells: file,
    privilege,
    async ask(_department, _kind, Target, Permission) {
      const { status, body } = await app.call('POST', 'credentials', { JWT, Target, Permission });
      if (status !== 200) throw Object.assign(new Error(String(body['message'])), { name: body['code'] });
      const { GranteeType, GranteeIdentifier } = body['Grantee'] as Record<string, string>;
      const { environment, account } = data.sandbox;
      const s3 = new S3Client({
        endpoint: environment['AWS_ENDPOINT_URL'] as string,
        region: account.region,
        forcePathStyle: true,
        maxAttempts: 1,
        credentials: {
          accessKeyId: String(body['AccessKeyId']),
          secretAccessKey: String(body['SecretAccessKey']),
          sessionToken: String(body['SessionToken']),
        },
      });
      return {
        matched: String(body['MatchedGrantTarget']),
        grantee: `${GranteeType} ${GranteeIdentifier}`,
        s3,
      };
    },
    granteeOf: () => String(grantees.get(`${department}-${kind}`)),
    isDenial: (error, _target, permission) =>
      (error as Error).name === 'GrantDenied' &&
      (error as Error).message === `no grant gives ${permission} to the target`,
  };
}

describe.each(['Default', 'Minimal'] as const)('with privilege %s', (Privilege) => {
  beforeAll(async () => {
    const registration = data.registrationOf(app, {
      AccessMode: 'IdentityContext',
      AccessGrants: { Privilege },
    });
    const { status } = await app.call('POST', 'applications', registration);
    if (status === 409) await app.call('PUT', 'applications', registration);
  });

  it.each(askers)('%s as a %s gets what the row says', async (department, kind) => {
    await runCells(await openRun(department, kind, Privilege), department, kind);
  });

  it.each(askers)('%s as a %s reaches the objects of that, and no others', async (department, kind) => {
    await runObjects(await openRun(department, kind, Privilege), department, kind);
  });
});
