// The warnings of a registration: which there are, in what order, and what they tell to do.
import { describe, expect, it } from 'vitest';
import { howToPin, warningsOf } from '../../../service/registrations/warnings.ts';
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

  it('is told in sentences what to do', () => {
    const all = storedWith({ trust: 'NotPinned', roleHasSessionTag: true, sessionTagValues: 'Any' });
    for (const { Message } of warningsOf(all)) expect(Message).toMatch(/^[A-Z].+\.$/);
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
