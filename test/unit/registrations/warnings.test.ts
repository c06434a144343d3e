// The warnings of a registration: which there are, in what order, and what they tell to do.
import { describe, expect, it } from 'vitest';
import { howToPin, warningsOf } from '../../../service/registrations/warnings.ts';
import type { IssuerRules } from '../../../service/tokens/token-rules.ts';
import { storedWith } from '../../support/registrations.ts';

type Overrides = Parameters<typeof storedWith>[0];

const pinned = { issuer: 'https://idp.example.com', audience: ['client-1'] };

describe('a registration', () => {
  it.each<[string, Overrides, string[]]>([
    ['that pins issuer, audience and trust has none', pinned, []],
    ['without issuer', { audience: ['client-1'] }, ['IssuerNotPinned']],
    ['without audience', { issuer: 'https://idp.example.com' }, ['AudienceNotPinned']],
    ['with any tag values', { ...pinned, sessionTagValues: 'Any' }, ['SessionTagValuesUnrestricted']],
    ['whose role lets any external id in', { ...pinned, trust: 'NotPinned' }, ['ExternalIdNotRequired']],
    [
      'whose role carries the tag itself',
      { ...pinned, roleHasSessionTag: true },
      ['AccessRoleHasSessionTag'],
    ],
    ['whose role’s tags cannot be seen has none for it', { ...pinned, roleHasSessionTag: undefined }, []],
    [
      'with none of these has all, the weightiest first',
      { trust: 'NotPinned', roleHasSessionTag: true, sessionTagValues: 'Any' },
      [
        'ExternalIdNotRequired',
        'AccessRoleHasSessionTag',
        'IssuerNotPinned',
        'AudienceNotPinned',
        'SessionTagValuesUnrestricted',
      ],
    ],
  ])('%s', (_, overrides, codes) => {
    expect(warningsOf(storedWith(overrides)).map(({ Code }) => Code)).toEqual(codes);
  });

  it.each<[string, string[] | undefined, string[]]>([
    ['all tags', undefined, []],
    ['the tenant’s tag among others', ['TenantID', 'Tier'], []],
    ['other tags alone', ['Tier'], ['SessionTagNotTransitive']],
    ['none', [], ['SessionTagNotTransitive']],
  ])('that has transitive %s', (_, transitiveTagKeys, codes) => {
    const registration = storedWith({ ...pinned, ...(transitiveTagKeys && { transitiveTagKeys }) });
    expect(warningsOf(registration).map(({ Code }) => Code)).toEqual(codes);
  });

  it('whose role carries the tag of an optional claim says which tags that could be', () => {
    const tag = (key: string, isOptional: boolean) => ({ key, claim: key, isOptional });
    const sessionTags = [tag('Plan', false), tag('Tier', true)];
    const [warning] = warningsOf(storedWith({ ...pinned, roleHasSessionTag: true, sessionTags }));
    expect(warning?.Message).toBe(
      'The access role AppAccess carries an IAM tag TenantID or Tier of its own: ' +
        'it counts for every session that has no such session tag. Remove the tag from the role.',
    );
  });

  it('is told in sentences what to do', () => {
    const all = storedWith({ trust: 'NotPinned', roleHasSessionTag: true, sessionTagValues: 'Any' });
    for (const { Message } of warningsOf(all)) expect(Message).toMatch(/^[A-Z].+\.$/);
  });
});

describe('issuers that may each name any tenant', () => {
  const KEYS = 'https://idp.example.com/keys';
  const issuer = (name: string, fields: Partial<IssuerRules> = {}): IssuerRules => ({
    jwksUrl: `https://${name}.example.com/keys`,
    issuer: `https://${name}.example.com`,
    audience: ['client-1'],
    requiredClaims: [],
    ...fields,
  });
  const shared = { jwksUrl: KEYS };
  const tenants = { ...shared, issuer: 'https://idp.example.com/{custom:tenant_id}' };
  const listed = (...tids: string[]) => ({
    ...shared,
    issuer: 'https://idp.example.com/{tid}',
    requiredClaims: [['tid', tids] as const],
  });

  it.each<[string, IssuerRules[], boolean]>([
    ['one', [issuer('a')], false],
    ['two', [issuer('a'), issuer('b')], true],
    ['two, one of them bound', [issuer('a', { sessionTagValue: 'Blue' }), issuer('b')], false],
    ['three, one of them bound', [issuer('a', { sessionTagValue: 'Blue' }), issuer('b'), issuer('c')], true],
    ['two with one set of keys', [issuer('a', shared), issuer('b', shared)], true],
    [
      'two that are spellings of one',
      [issuer('a', shared), issuer('a', { ...shared, issuer: 'a.example.com' })],
      false,
    ],
    ['a template for the tenant', [issuer('a', tenants)], false],
    [
      'two templates for the tenant with one set of keys',
      [
        issuer('a', tenants),
        issuer('a', { ...tenants, issuer: 'https://old.example.com/{custom:tenant_id}/' }),
      ],
      false,
    ],
    ['a template for the tenant beside another', [issuer('a', tenants), issuer('b')], true],
    ['a template with one value for what is not the tenant', [issuer('a', listed('x'))], false],
    ['a template with two values for what is not the tenant', [issuer('a', listed('x', 'y'))], true],
    ['such a template that is bound', [issuer('a', { ...listed('x', 'y'), sessionTagValue: 'Blue' })], false],
  ])('are warned of: %s', (_, issuers, isWarned) => {
    const codes = warningsOf(storedWith({ issuers, listsIssuers: true })).map(({ Code }) => Code);
    expect(codes).toEqual(isWarned ? ['TenantNotBoundToIssuer'] : []);
  });
});

describe('howToPin', () => {
  it('says what the trust policy lacks', () => {
    expect(howToPin('AppAccess', 'App')).toBe(
      'The trust policy of AppAccess lets the broker in with any external id. ' +
        'Let it allow sts:AssumeRole only where sts:ExternalId equals App, ' +
        'and sts:TagSession in a statement of its own, without that condition.',
    );
  });
});
