// The warnings of a registration.
import { describe, expect, it } from 'vitest';
import { warningsOf } from '../../service/warnings.ts';
import { storedWith } from '../support/registrations.ts';

const pinned = { issuer: 'https://idp.example.com', audience: ['client-1'] };
const codesOf = (overrides: Parameters<typeof storedWith>[0]) =>
  warningsOf(storedWith(overrides)).map(({ Code }) => Code);

describe('a registration', () => {
  it.each([
    ['that pins issuer and audience has none', pinned, []],
    ['without issuer', { audience: ['client-1'] }, ['IssuerNotPinned']],
    ['without audience', { issuer: 'https://idp.example.com' }, ['AudienceNotPinned']],
    [
      'with any tag values',
      { ...pinned, sessionTagValues: 'Any' as const },
      ['SessionTagValuesUnrestricted'],
    ],
    [
      'with none of these has all, the weightiest first',
      { sessionTagValues: 'Any' as const },
      ['IssuerNotPinned', 'AudienceNotPinned', 'SessionTagValuesUnrestricted'],
    ],
  ])('%s', (_, overrides, codes) => {
    expect(codesOf(overrides)).toEqual(codes);
  });

  it('is told in sentences what to do', () => {
    for (const { Message } of warningsOf(storedWith({ sessionTagValues: 'Any' }))) {
      expect(Message).toMatch(/^[A-Z].+\.$/);
    }
  });
});
