// AssumeRole with a provided context: who may set one, what the session is then, and what it may no longer do.
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { authorize } from '../../sandbox/authorization/authorization.ts';
import type { PolicyDocument, Role } from '../../sandbox/identities/identities.ts';
import { ContextAssertions } from '../../sandbox/identity-center/context-assertions.ts';
import {
  accountId,
  advance,
  clock,
  contextOf,
  elsewhere,
  instance,
  lastEvent,
  newApplication,
  newGroup,
  newUser,
  other,
  served,
  sessionElsewhere,
  settingsOf,
  useIdentityCenter,
} from './fixtures/identity-center-account.ts';
import type { ClientSettings } from './fixtures/served-account.ts';

useIdentityCenter();

const PROVIDER = 'arn:aws:iam::aws:contextProvider/IdentityCenter';
const everything = { Action: '*', Resource: '*' };
let count = 0;

const policy = (...statements: Record<string, unknown>[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: statements.map((statement) => ({ Effect: 'Allow', ...statement })),
});
const trust = (Action: string | string[], more: object = {}) => ({
  Principal: { AWS: accountId },
  Action,
  ...more,
});
const ACTIONS = ['sts:AssumeRole', 'sts:SetContext', 'sts:TagSession'];

/** A role that may do everything, whom this lets in. */
function newRole(...statements: Record<string, unknown>[]): Role {
  count += 1;
  return served.account.identities.createRole({
    roleName: `Bearer${count}`,
    trustPolicy: policy(...(statements.length > 0 ? statements : [trust(ACTIONS)])),
    inlinePolicies: { Everything: policy(everything) },
  });
}

async function assume(
  ContextAssertion: string,
  more: Partial<AssumeRoleCommandInput> = {},
  settings: ClientSettings = served.administrator,
) {
  const command = new AssumeRoleCommand({
    RoleArn: more.RoleArn ?? newRole().arn,
    RoleSessionName: 'ada',
    ProvidedContexts: [{ ProviderArn: PROVIDER, ContextAssertion }],
    ...more,
  });
  return new STSClient(settingsOf(settings)).send(command);
}

/** What clients of the session that came of it are given. */
function sessionOf({ Credentials: given }: Awaited<ReturnType<typeof assume>>): ClientSettings {
  const credentials = {
    accessKeyId: given?.AccessKeyId ?? '',
    secretAccessKey: given?.SecretAccessKey ?? '',
    sessionToken: given?.SessionToken ?? '',
  };
  return { ...settingsOf(served.administrator), credentials };
}

function callerOf({ credentials }: ClientSettings) {
  const caller = served.account.identities.findAccessKey(credentials.accessKeyId)?.caller;
  if (caller?.kind !== 'session') throw new Error('no session');
  return caller;
}

const invalid = {
  Code: 'InvalidContextAssertion',
  $metadata: expect.objectContaining({ httpStatusCode: 400 }),
};

describe('a context assertion', () => {
  const forgeries: readonly [name: string, forge: (good: string) => string][] = [
    ['a text', () => 'not an assertion'],
    ['another’s beginning', (good) => `XXXX${good.slice(4)}`],
    ['a character less', (good) => good.slice(0, -1)],
    ['a character more', (good) => `${good}A`],
    ['white space at its end', (good) => `${good} `],
    ['the ID token’s form', () => 'eyJhbGciOiJub25lIn0.e30.'],
    ['nothing but its beginning', () => 'AQoJ'],
    [
      'one of another sandbox',
      () =>
        new ContextAssertions().seal({
          userId: newUser().userId,
          applicationArn: newApplication().arn,
          expiresAt: clock + 60_000,
        }),
    ],
  ];

  it.each(forgeries)('that is %s is refused', async (_, forge) => {
    const good = await contextOf(newUser());
    await expect(assume(forge(good))).rejects.toMatchObject(invalid);
    expect(lastEvent()).toMatchObject({ errorCode: 'InvalidContextAssertion', statusCode: 400 });
  });

  it('is refused with any one of its bytes changed', async () => {
    const good = Buffer.from((await contextOf(newUser())).slice(4), 'base64');
    for (const [at, byte] of good.entries()) {
      const changed = Buffer.from(good);
      changed[at] = byte ^ 1;
      const { assertions } = served.account.identityCenter;
      expect(assertions.open(`AQoJ${changed.toString('base64')}`), `byte ${at}`).toBeUndefined();
    }
    expect(served.account.identityCenter.assertions.open(`AQoJ${good.toString('base64')}`)).toBeDefined();
  });

  it('is taken for an hour, as often as one likes', async () => {
    const context = await contextOf(newUser());
    await assume(context);
    advance(3_599_999);
    await assume(context);
    advance(1);
    await expect(assume(context)).rejects.toMatchObject(invalid);
    expect(lastEvent()?.reason).toBe('it has expired');
  });

  it('is refused once its user or its application is gone', async () => {
    const [user, application] = [newUser(), newApplication()];
    const context = await contextOf(user, application);
    instance.applications.delete(application.arn);
    await expect(assume(context)).rejects.toMatchObject(invalid);
    const leaver = newUser();
    const left = await contextOf(leaver);
    instance.store.deleteUser(leaver.userId);
    await expect(assume(left)).rejects.toMatchObject(invalid);
  });

  it('of another provider is refused, and so are several, and none', async () => {
    const ContextAssertion = await contextOf(newUser());
    const one = { ProviderArn: PROVIDER, ContextAssertion };
    await expect(
      assume('', { ProvidedContexts: [{ ...one, ProviderArn: `${PROVIDER}s` }] }),
    ).rejects.toMatchObject(invalid);
    await expect(assume('', { ProvidedContexts: [one, one] })).rejects.toMatchObject({
      $metadata: expect.objectContaining({ httpStatusCode: 501 }),
    });
    await expect(assume('', { ProvidedContexts: [one, one, one, one, one, one] })).rejects.toMatchObject({
      Code: 'ValidationError',
    });
    const { Credentials } = await assume('', { ProvidedContexts: [] });
    expect(served.account.identities.findAccessKey(Credentials?.AccessKeyId ?? '')?.caller).not.toMatchObject(
      {
        identityContext: expect.anything(),
      },
    );
  });

  it('stands in no message and no event', async () => {
    const context = await contextOf(newUser());
    const forged = `${context}AAAA`;
    const refusal = await assume(forged).catch((error: Error) => error);
    await assume(context);
    await assume(context.padEnd(2_049, 'A')).catch(() => {});
    expect(JSON.stringify([refusal, String(refusal), served.account.trail.events])).not.toContain(
      context.slice(0, 40),
    );
  });
});

describe('the permission to set it', () => {
  const keys = (user: string, application: string) => ({
    'sts:RequestContext/identitystore:UserId': user,
    'sts:RequestContext/identitystore:IdentityStoreArn': instance.identityStoreArn,
    'sts:RequestContext/identitycenter:InstanceArn': instance.arn,
    'sts:RequestContext/identitycenter:ApplicationArn': application,
  });
  const client = () => served.allowed({ Action: ACTIONS, Resource: '*' });

  it.each<[string, Record<string, unknown>[], string | undefined]>([
    ['both actions', [trust(ACTIONS)], undefined],
    ['AssumeRole alone', [trust('sts:AssumeRole')], 'sts:SetContext'],
    ['SetContext alone', [trust('sts:SetContext')], 'sts:AssumeRole'],
    [
      'both, and a denial of one',
      [trust(ACTIONS), trust('sts:SetContext', { Effect: 'Deny' })],
      'sts:SetContext',
    ],
  ])('is the trust policy’s to give: %s', async (_, statements, denied) => {
    const assumed = assume(await contextOf(newUser()), { RoleArn: newRole(...statements).arn }, client());
    if (denied === undefined) await assumed;
    else {
      await expect(assumed).rejects.toMatchObject({
        name: 'AccessDenied',
        message: expect.stringContaining(`is not authorized to perform: ${denied} on resource`),
      });
    }
  });

  it('is the caller’s own policy’s too, where the trust policy leaves it to the account', async () => {
    const context = await contextOf(newUser());
    const caller = served.allowed({ Action: 'sts:AssumeRole', Resource: '*' });
    await expect(assume(context, {}, caller)).rejects.toMatchObject({
      message: expect.stringContaining('sts:SetContext'),
    });
    expect(lastEvent()?.reason).toMatch(/because no identity-based policy allows the sts:SetContext action$/);
    // Without a context nothing else is asked for.
    await assume('', { ProvidedContexts: undefined }, caller);
  });

  it('goes by whom the context is about, in one statement with sts:AssumeRole as well', async () => {
    const [user, application] = [newUser(), newApplication()];
    const context = await contextOf(user, application);
    const equal = keys(user.userId, application.arn);
    const RequestContextProviders = { 'sts:RequestContextProviders': PROVIDER };
    const role = newRole(
      trust(ACTIONS, {
        Condition: { StringEquals: equal, 'ForAnyValue:ArnEquals': RequestContextProviders },
      }),
    );
    expect((await assume(context, { RoleArn: role.arn }, client())).Credentials).toBeDefined();
    for (const key of Object.keys(equal)) {
      const wrong = { ...equal, [key]: 'another' };
      const closed = newRole(
        trust('sts:AssumeRole'),
        trust('sts:SetContext', { Condition: { StringEquals: wrong } }),
      );
      await expect(assume(context, { RoleArn: closed.arn }, client()), key).rejects.toMatchObject({
        name: 'AccessDenied',
      });
    }
    // A request without a context has none of these keys.
    const without = { RoleArn: role.arn, ProvidedContexts: undefined };
    await expect(assume('', without, client())).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('may go by the context provider, of which there is one', async () => {
    const Condition = { 'ForAllValues:ArnEquals': { 'sts:RequestContextProviders': [PROVIDER] } };
    const role = newRole(trust('sts:AssumeRole'), trust('sts:SetContext', { Condition }));
    await assume(await contextOf(newUser()), { RoleArn: role.arn }, client());
    const wrong = { 'ForAllValues:ArnEquals': { 'sts:RequestContextProviders': [`${PROVIDER}s`] } };
    const closed = newRole(trust('sts:AssumeRole'), trust('sts:SetContext', { Condition: wrong }));
    await expect(assume(await contextOf(newUser()), { RoleArn: closed.arn }, client())).rejects.toMatchObject(
      { name: 'AccessDenied' },
    );
  });

  it('is the same for a role of another account than the directory’s', async () => {
    const role = other.identities.createRole({
      roleName: 'Bearer',
      trustPolicy: policy({ Principal: { AWS: elsewhere }, Action: ACTIONS }),
    });
    const caller = sessionElsewhere({ Action: ACTIONS, Resource: role.arn });
    const user = newUser();
    const { AssumedRoleUser } = await assume(await contextOf(user), { RoleArn: role.arn }, caller);
    expect(AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${elsewhere}:assumed-role/Bearer/ada`);
    expect(lastEvent()?.parameters).toMatchObject({ UserId: user.userId, ContextProvider: PROVIDER });
  });
});

describe('a session that acts for a user', () => {
  it('knows the user, the groups as they are now, the directory and the application', async () => {
    const [user, application, group] = [newUser(), newApplication(), newGroup()];
    const { identityContext } = callerOf(sessionOf(await assume(await contextOf(user, application))));
    expect(identityContext).toEqual({
      userId: user.userId,
      groupIds: [],
      identityStoreArn: instance.identityStoreArn,
      instanceArn: instance.arn,
      applicationArn: application.arn,
    });
    instance.store.createMembership(group.groupId, user.userId, 'test');
    expect(identityContext?.groupIds).toEqual([group.groupId]);
    instance.store.deleteGroup(group.groupId);
    expect(identityContext?.groupIds).toEqual([]);
  });

  it('has tags, an external id and a session policy beside', async () => {
    const Condition = { StringEquals: { 'sts:ExternalId': 'shop' } };
    const role = newRole(trust('sts:AssumeRole', { Condition }), trust(['sts:SetContext', 'sts:TagSession']));
    const Tags = [{ Key: 'TenantID', Value: 'Yellow' }];
    const settings = sessionOf(
      await assume(await contextOf(newUser()), { RoleArn: role.arn, Tags, ExternalId: 'shop' }),
    );
    expect(callerOf(settings)).toMatchObject({
      principalTags: new Map([['TenantID', 'Yellow']]),
      identityContext: { instanceArn: instance.arn },
    });
    await expect(
      assume(await contextOf(newUser()), { RoleArn: role.arn, Tags, ExternalId: 'other' }),
    ).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('reads neither S3 nor DynamoDB, and assumes no role, whatever its role may do', async () => {
    const settings = sessionOf(await assume(await contextOf(newUser())));
    const deniedBy = { message: expect.stringContaining('explicit deny in an identity-based policy') };
    await expect(
      new S3Client({ ...settings, forcePathStyle: true }).send(new ListBucketsCommand({})),
    ).rejects.toMatchObject(deniedBy);
    await expect(new DynamoDBClient(settings).send(new ListTablesCommand({}))).rejects.toMatchObject(
      deniedBy,
    );
    const next = newRole(trust(ACTIONS), {
      Principal: { AWS: `arn:aws:sts::${accountId}:assumed-role/Bearer${count}/ada` },
      Action: 'sts:AssumeRole',
    });
    await expect(
      assume('', { RoleArn: next.arn, ProvidedContexts: undefined }, settings),
    ).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(lastEvent()?.reason).toMatch(/explicit deny in an identity-based policy$/);
    const again = await contextOf(newUser());
    await expect(assume(again, { RoleArn: next.arn }, settings)).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    // The role's own session may all of it.
    const plain = sessionOf(await assume('', { ProvidedContexts: undefined }));
    await new S3Client({ ...plain, forcePathStyle: true }).send(new ListBucketsCommand({}));
  });

  it('may what AWS’s list leaves it, and nothing else', async () => {
    const caller = callerOf(sessionOf(await assume(await contextOf(newUser()))));
    const may = (action: string) => authorize(served.account, caller, { action, resource: '*' }).allowed;
    for (const action of [
      's3:GetDataAccess',
      's3:ListCallerAccessGrants',
      'athena:StartQueryExecution',
      'sts:SetContext',
    ])
      expect(may(action), action).toBe(true);
    for (const action of [
      's3:GetObject',
      's3:ListAccessGrants',
      'kms:Sign',
      'iam:GetRole',
      'execute-api:Invoke',
    ])
      expect(may(action), action).toBe(false);
  });

  it('has its user in the conditions of its requests', async () => {
    const user = newUser();
    const role = newRole();
    served.account.identities.putRolePolicy(role.roleName, 'Everything', {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 's3:GetDataAccess',
          Resource: '*',
          Condition: {
            StringEquals: { 'identitystore:UserId': user.userId },
            ArnEquals: {
              'identitystore:IdentityStoreArn': instance.identityStoreArn,
              'identitycenter:InstanceArn': instance.arn,
              'identitycenter:ApplicationArn': 'arn:aws:sso::123456789012:application/*',
            },
          },
        },
      ],
    });
    const asks = async (someone: typeof user) => {
      const caller = callerOf(sessionOf(await assume(await contextOf(someone), { RoleArn: role.arn })));
      return authorize(served.account, caller, { action: 's3:GetDataAccess', resource: '*' }).allowed;
    };
    expect(await asks(user)).toBe(true);
    expect(await asks(newUser())).toBe(false);
  });

  it('stands in the trail as who it acts for, in every call, the denied ones too', async () => {
    const user = newUser();
    const settings = sessionOf(await assume(await contextOf(user)));
    expect(lastEvent()).toMatchObject({
      operation: 'AssumeRole',
      parameters: { UserId: user.userId, ContextProvider: PROVIDER },
    });
    expect(lastEvent()).not.toHaveProperty('onBehalfOf');
    const onBehalfOf = { userId: user.userId, identityStoreArn: instance.identityStoreArn };
    await new STSClient(settings).send(new GetCallerIdentityCommand());
    expect(lastEvent()).toMatchObject({ operation: 'GetCallerIdentity', statusCode: 200, onBehalfOf });
    await new S3Client({ ...settings, forcePathStyle: true })
      .send(new ListBucketsCommand({}))
      .catch(() => {});
    expect(lastEvent()).toMatchObject({ operation: 'ListBuckets', statusCode: 403, onBehalfOf });
  });
});
