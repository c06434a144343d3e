// The warnings of a registration: which there are, in what order, and what they tell to do.
import { describe, expect, it } from 'vitest';
import { howToPin, warningsOf } from '../../service/warnings.ts';
import { storedWith } from '../support/registrations.ts';

type Overrides = Parameters<typeof storedWith>[0];

const pinned = { issuer: 'https://idp.example.com', audience: ['client-1'] };

describe('a registration', () => {
  it.each<[string, Overrides, string[]]>([
    ['that pins issuer, audience and trust has none', pinned, []],
    ['without issuer', { audience: ['client-1'] }, ['IssuerNotPinned']],
    ['without audience', { issuer: 'https://idp.example.com' }, ['AudienceNotPinned']],
    ['with any tag values', { ...pinned, sessionTagValues: 'Any' }, ['SessionTagValuesUnrestricted']],
    ['whose role lets any external id in', { ...pinned, trust: 'NotPinned' }, ['ExternalIdNotRequired']],
    ['whose role lets nobody in', { ...pinned, trust: 'Unverified' }, ['TrustNotVerified']],
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

  it.each(['NotPinned', 'Unverified'] as const)('is told in sentences what to do (%s)', (trust) => {
    const all = storedWith({ trust, roleHasSessionTag: true, sessionTagValues: 'Any' });
    for (const { Message } of warningsOf(all)) expect(Message).toMatch(/^[A-Z].+\.$/);
  });
});

describe('howToPin', () => {
  const remedy = 'Let it allow sts:AssumeRole and sts:TagSession only where sts:ExternalId equals App.';

  it.each([
    [
      'NotPinned' as const,
      `The trust policy of AppAccess lets the broker in with any external id. ${remedy}`,
    ],
    [
      'Unverified' as const,
      `The broker is not let into AppAccess, so its trust policy could not be verified. ${remedy}`,
    ],
  ])('says of a trust policy that is %s what it lacks', (trust, sentence) => {
    expect(howToPin({ trust }, 'AppAccess', 'App')).toBe(sentence);
  });
});
