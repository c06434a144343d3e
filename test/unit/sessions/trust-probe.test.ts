// The trust probe: what is concluded from whom STS lets in, and how it is asked.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FurtherTag } from '../../../service/registrations/registration.ts';
import type { TrustReport } from '../../../service/registrations/stored-registration.ts';
import { TemporaryCredentialsProvider } from '../../../service/sessions/temporary-credentials.ts';
import { TrustProbe } from '../../../service/sessions/trust-probe.ts';
import { callerNamed, deployment } from '../../support/callers.ts';
import { frozenClock } from '../../support/clock.ts';
import { furtherTags, registrationWith } from '../../support/registrations.ts';
import { FakeSts, refusing, type Trust } from '../../support/sts.ts';

let sts: FakeSts;
let trustProbe: TrustProbe;

beforeEach(() => {
  const { now } = frozenClock();
  sts = new FakeSts(now);
  const provider = new TemporaryCredentialsProvider({ ...deployment, createClient: sts.createClient, now });
  trustProbe = new TrustProbe(provider, deployment);
});
afterEach(() => sts.restore());

const probe = (registration = registrationWith(), application = 'App') =>
  trustProbe.begin(callerNamed(application), registration).report();

describe('an access role', () => {
  it.each<[string, Trust, TrustReport]>([
    [
      'that lets only this application in is pinned',
      { externalIds: ['App'], hasSessionTag: false },
      { trust: 'Pinned', roleHasSessionTag: false },
    ],
    [
      'that lets everybody in is not pinned',
      { hasSessionTag: false },
      { trust: 'NotPinned', roleHasSessionTag: false },
    ],
    [
      'that carries the session tag itself is found out',
      { externalIds: ['App'], hasSessionTag: true },
      { trust: 'Pinned', roleHasSessionTag: true },
    ],
  ])('%s', async (_, trust, report) => {
    sts.trust = trust;
    expect(await probe()).toEqual(report);
  });

  it.each<[string, string[]]>([
    ['nobody', []],
    ['only others', ['Other']],
  ])('that lets %s in is refused as it would be for credentials', async (_, externalIds) => {
    sts.trust = { externalIds, hasSessionTag: true };

    await expect(probe()).rejects.toMatchObject({
      code: 'AccessRoleNotAssumable',
      statusCode: 403,
      message: expect.stringMatching(/where it asks for an sts:ExternalId, that is App$/),
    });
    const [last] = sts.callsForAccessRoles().slice(-1);
    expect(sts.inputOf(last?.signedBy)).not.toHaveProperty('Policy');
  });

  it.each<[string, (externalId: string) => boolean]>([
    ['any id', () => true],
    ['any id but the application’s own with something before or after it', (id) => !id.includes('App')],
    ['what begins with the application’s name', (id) => id.startsWith('App')],
    ['what ends with the application’s name', (id) => id.endsWith('App')],
    ['App*', (id) => /^App.*$/.test(id)],
    ['*App', (id) => /^.*App$/.test(id)],
    ['A*p', (id) => /^A.*p$/.test(id)],
    ['A*pp', (id) => /^A.*pp$/.test(id)],
    ['*p*', (id) => /^.*p.*$/.test(id)],
    ['A*p*p', (id) => /^A.*p.*p$/.test(id)],
    ['Ap?', (id) => /^Ap.$/.test(id)],
    ['App in any case', (id) => id.toLowerCase() === 'app'],
  ])('that lets in %s, besides the application, is not pinned', async (_, letsIn) => {
    sts.trust = { hasSessionTag: false };
    sts.accessRole = (input) => {
      const { ExternalId = '' } = input;
      return ExternalId === 'App' || letsIn(ExternalId)
        ? sts.session(input)
        : refusing('AccessDenied')(input);
    };

    expect(await probe()).toMatchObject({ trust: 'NotPinned' });
  });

  it.each(['Orders0', 'Orders1', 'Orders_', 'Orders-'])(
    'that lists %s beside others with another last character is pinned',
    async (application) => {
      // Every character that a role's name may end with.
      const last = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+=,.@-'];
      sts.trust = { externalIds: last.map((character) => `Orders${character}`), hasSessionTag: false };

      expect(await probe(registrationWith(), application)).toMatchObject({ trust: 'Pinned' });
    },
  );

  it.each(['AccessDenied', 'Throttling'])(
    'whose tags cannot be told, because the narrowed session ends in %s, is judged all the same',
    async (name) => {
      sts.serviceRole = (input) => (input.Policy ? refusing(name)(input) : sts.session(input));

      expect(await probe()).toEqual({ trust: 'Pinned', roleHasSessionTag: undefined });
    },
  );

  it('whose trust policy pins nothing is judged by the session that is kept, where the narrowed one is refused', async () => {
    sts.trust = { hasSessionTag: true };

    expect(await probe()).toEqual({ trust: 'NotPinned', roleHasSessionTag: true });
  });

  it('cannot be judged while STS fails for one of the wrong external ids', async () => {
    sts.accessRole = (input) =>
      input.ExternalId === 'App' ? sts.session(input) : refusing('Throttling')(input);
    sts.trust = { hasSessionTag: false };

    await expect(probe()).rejects.toMatchObject({ code: 'StsUnavailable' });
  });

  it.each([false, true])(
    'tells its unique id, with a tag of its own or without: %s',
    async (hasSessionTag) => {
      sts.trust = { externalIds: ['App'], hasSessionTag };
      const roleId = sts.roleIdOf('arn:aws:iam::111122223333:role/AppAccess');

      expect(await trustProbe.enter(callerNamed('App'), registrationWith())).toBe(roleId);
      expect(await trustProbe.begin(callerNamed('App'), registrationWith()).accessRoleId()).toBe(roleId);
    },
  );

  it('is entered with one call, whatever comes of it', async () => {
    for (const externalIds of [['App'], ['Other']]) {
      sts.forget();
      sts.trust = { externalIds, hasSessionTag: false };
      await trustProbe.enter(callerNamed('App'), registrationWith()).catch(() => undefined);
      expect(sts.callsForAccessRoles()).toHaveLength(1);
    }
  });

  it('cannot be judged while STS fails', async () => {
    sts.accessRole = refusing('Throttling');
    await expect(probe()).rejects.toMatchObject({
      code: 'StsUnavailable',
      message: 'temporary credentials cannot be issued at the moment',
    });
  });
});

describe('the probing sessions', () => {
  it('differ in nothing but the external id, and carry the registration’s tag keys but no tenant', async () => {
    await probe(
      registrationWith({ accessRoleName: 'team/AppAccess', sessionTags: furtherTags(['Tier', 'tier']) }),
    );

    const attempt = {
      RoleArn: 'arn:aws:iam::111122223333:role/team/AppAccess',
      RoleSessionName: 'IAMSessionBroker-probe',
      DurationSeconds: 900,
      Tags: [
        { Key: 'TenantID', Value: 'probe' },
        { Key: 'Tier', Value: 'probe' },
      ],
      TransitiveTagKeys: ['TenantID', 'Tier'],
    };
    expect(sts.callsForAccessRoles().map(({ input }) => input)).toEqual([
      { ...attempt, ExternalId: 'App' },
      { ...attempt, ExternalId: expect.stringMatching(/^App:[0-9a-f-]{36}:App$/) },
      { ...attempt, ExternalId: 'ApP' },
    ]);
    expect(new Set(sts.callsForAccessRoles().map(({ signedBy }) => signedBy)).size).toBe(1);
  });

  it.each([
    ['App', ['ApP']],
    ['Orders1', ['Orders:', 'oRDERS1']],
    ['42', ['4:']],
    ['x', ['X']],
  ])('of %s try, besides the name twice, %j', async (application, expected) => {
    sts.trust = { externalIds: [application], hasSessionTag: false };
    await probe(registrationWith(), application);
    const [own, twice, ...others] = sts.callsForAccessRoles().map(({ input }) => input.ExternalId);

    expect(own).toBe(application);
    expect(twice).toMatch(new RegExp(`^${application}:[0-9a-f-]{36}:${application}$`));
    expect(others).toEqual(expected);
  });

  it('use a wrong external id that nobody can foresee', async () => {
    await probe();
    await probe();
    const wrong = sts
      .callsForAccessRoles()
      .map(({ input }) => input.ExternalId)
      .filter((externalId) => externalId !== 'App');

    // Twice the one that is foreseen, and each time another.
    expect(new Set(wrong).size).toBe(3);
  });

  it('may assume every role but those that have the tag, which is denied them outright', async () => {
    await probe();
    const policies = sts.callsForServiceRole().flatMap(({ input }) => (input.Policy ? [input.Policy] : []));

    expect(policies.map((policy) => JSON.parse(policy))).toEqual([
      {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
            Resource: '*',
          },
          {
            Effect: 'Deny',
            Action: 'sts:AssumeRole',
            Resource: '*',
            Condition: { Null: { 'aws:ResourceTag/TenantID': 'false' } },
          },
        ],
      },
    ]);
  });

  it('are denied the tags that are optional, too, and no others', async () => {
    const [Plan, Tier] = furtherTags(['Plan', 'plan'], ['Tier', 'tier']) as [FurtherTag, FurtherTag];
    await probe(registrationWith({ sessionTags: [Plan, { ...Tier, isOptional: true }] }));
    const { Policy = '' } = sts.callsForServiceRole().find(({ input }) => input.Policy)?.input ?? {};

    expect(
      JSON.parse(Policy).Statement.flatMap(({ Condition = [] }: { Condition?: object }) => Condition),
    ).toEqual([
      { Null: { 'aws:ResourceTag/TenantID': 'false' } },
      { Null: { 'aws:ResourceTag/Tier': 'false' } },
    ]);
  });

  it('are denied as many tags as there are, in session policies no longer than IAM takes', async () => {
    const keys = Array.from({ length: 49 }, (_, index) => `Tag${index}-${'x'.repeat(120)}`);
    const sessionTags = furtherTags(...keys.map((key) => [key, key] as const));
    const { roleHasSessionTag } = await probe(
      registrationWith({ sessionTags: sessionTags.map((tag) => ({ ...tag, isOptional: true })) }),
    );
    const policies = sts.callsForServiceRole().flatMap(({ input }) => input.Policy ?? []);

    expect(roleHasSessionTag).toBe(false);
    expect(Math.max(...policies.map(({ length }) => length))).toBeLessThanOrEqual(2_048);
    for (const key of ['TenantID', ...keys]) {
      expect(policies.filter((policy) => policy.includes(`ResourceTag/${key}"`))).toHaveLength(1);
    }
  });

  it('have the transitive keys and the source identity of the registration, and no user’s', async () => {
    await probe(
      registrationWith({ sourceIdentityClaim: 'sub', sessionNameClaim: 'sub', transitiveTagKeys: [] }),
    );
    const inputs = sts.callsForAccessRoles().map(({ input }) => input);

    expect(inputs).toHaveLength(3);
    for (const input of inputs) {
      expect(input).toMatchObject({
        RoleSessionName: 'IAMSessionBroker-probe',
        SourceIdentity: 'IAMSessionBroker-probe',
      });
      expect(input).not.toHaveProperty('TransitiveTagKeys');
    }
  });

  it('leave nothing in the cache of scoped credentials', async () => {
    await probe();
    await probe();

    expect(sts.callsForAccessRoles()).toHaveLength(6);
  });
});
