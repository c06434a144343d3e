// AssumeRole with a provided context: which assertions are taken, and who may set one.
import { describe, expect, it } from 'vitest';
import { ContextAssertions } from '../../sandbox/identity-center/context-assertions.ts';
import { ACTIONS, assume, newRole, PROVIDER, policy, trust } from './fixtures/context-roles.ts';
import {
  advance,
  clock,
  contextOf,
  elsewhere,
  instance,
  lastEvent,
  newApplication,
  newUser,
  other,
  served,
  sessionElsewhere,
  useIdentityCenter,
} from './fixtures/identity-center-account.ts';

useIdentityCenter();

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
