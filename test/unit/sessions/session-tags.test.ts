// Session tags and the session name: what becomes of a claim, as tables of decisions.
import { describe, expect, it } from 'vitest';
import { sessionNameOf } from '../../../service/sessions/session-name.ts';
import { sessionTagsOf } from '../../../service/sessions/session-tags.ts';
import { furtherTags, registrationWith } from '../../support/registrations.ts';

const CLAIM = 'custom:tenant_id';
const strict =
  'the claim custom:tenant_id must be 1–256 of A–Z, a–z, 0–9 and _.=+@-, the first a letter or a digit';
const anyWouldDo = `${strict}; SessionTagValues: Any allows all that STS does`;
const any = 'the claim custom:tenant_id must be 1–256 letters, digits, spaces or _.:/=+-@';

const tagOf = (value: unknown, sessionTagValues: 'Strict' | 'Any') =>
  sessionTagsOf({ claims: { [CLAIM]: value } }, registrationWith({ sessionTagValues }));

describe('a session tag', () => {
  it.each([
    ['a name', 'Yellow', 'both'],
    ['one character', '7', 'both'],
    ['a UUID', '3f2504e0-4f89-41d3-9a0c-0305e82c3301', 'both'],
    ['every mark that Strict allows', 'a_.=+@-', 'both'],
    ['256 characters', 'a'.repeat(256), 'both'],
    ['a colon, which ends a part of an ARN', 'Blue:live', 'Any'],
    ['a slash', 'Yellow/Blue', 'Any'],
    ['a space', 'Yellow Ltd', 'Any'],
    ['a mark first', '-yellow', 'Any'],
    ['letters beyond ASCII', 'Žlutá', 'Any'],
    ['digits beyond ASCII', '٣', 'Any'],
    ['nothing', '', 'none'],
    ['257 characters', 'a'.repeat(257), 'none'],
    ['a star', 'Yellow*', 'none'],
    ['a question mark', 'Yell?w', 'none'],
    ['a policy variable', '${aws:username}', 'none'],
    ['a newline at its end', 'Yellow\n', 'none'],
    ['a tabulator', 'a\tb', 'none'],
    ['a null character', 'Yellow\0', 'none'],
    ['half a character', '\ud800', 'none'],
    ['a combining mark alone', '\u0301', 'none'],
  ])('whose claim is %s (%j) is allowed by: %s', (_, value, allowedBy) => {
    if (allowedBy === 'both') expect(tagOf(value, 'Strict')).toEqual([{ key: 'TenantID', value }]);
    else {
      const message = allowedBy === 'Any' ? anyWouldDo : strict;
      expect(() => tagOf(value, 'Strict')).toThrow(refusal('ClaimNotAllowed', message));
    }
    if (allowedBy !== 'none') expect(tagOf(value, 'Any')).toEqual([{ key: 'TenantID', value }]);
    else expect(() => tagOf(value, 'Any')).toThrow(refusal('ClaimNotAllowed', any));
  });

  it.each([
    ['a number', 7],
    ['a boolean', true],
    ['null', null],
    ['a list of one', ['Yellow']],
    ['an object', { toString: 'Yellow' }],
  ])('is not made of %s', (_, value) => {
    expect(() => tagOf(value, 'Any')).toThrow(
      refusal('ClaimNotAllowed', 'the claim custom:tenant_id must be a string'),
    );
  });

  it.each(['custom:tenant_id', 'toString', 'constructor', '__proto__'])(
    'needs the claim %s in the token itself',
    (jwtClaimName) => {
      expect(() => sessionTagsOf({ claims: {} }, registrationWith({ jwtClaimName }))).toThrow(
        refusal('ClaimMissing', `the token has no claim ${jwtClaimName}`),
      );
    },
  );

  it('takes a claim by its exact name, not by a path', () => {
    const registration = registrationWith({ jwtClaimName: 'https://example.com/claims.tenant' });
    const claims = { 'https://example.com/claims.tenant': 'Yellow', 'https://example': { tenant: 'Blue' } };
    expect(sessionTagsOf({ claims }, registration)).toEqual([{ key: 'TenantID', value: 'Yellow' }]);
  });
});

describe('further session tags', () => {
  const registration = registrationWith({
    sessionTags: furtherTags(['Role', 'custom:role'], ['Tier', 'custom:tier']),
  });

  it('follow the first in the registration’s order', () => {
    const claims = { 'custom:tier': 'gold', 'custom:role': 'Admin', [CLAIM]: 'Yellow', other: 'x' };
    expect(sessionTagsOf({ claims }, registration)).toEqual([
      { key: 'TenantID', value: 'Yellow' },
      { key: 'Role', value: 'Admin' },
      { key: 'Tier', value: 'gold' },
    ]);
  });

  it('are never left out', () => {
    expect(() =>
      sessionTagsOf({ claims: { [CLAIM]: 'Yellow', 'custom:role': 'Admin' } }, registration),
    ).toThrow(refusal('ClaimMissing', 'the token has no claim custom:tier'));
  });
});

describe('the session name', () => {
  it.each([
    ['Yellow', 'Yellow'],
    ['ab', 'ab'],
    ['a_+=,.@-', 'a_+=,.@-'],
    ['a'.repeat(64), 'a'.repeat(64)],
    ['a', 'a-ca978112ca1bbdca'],
    ['a'.repeat(65), `${'a'.repeat(47)}-635361c48bb9eab1`],
    ['Yellow/Blue', 'Yellow-Blue-5e17f8ee96156184'],
    [' Yellow  Ltd ', 'Yellow-Ltd-1aa3e0b11707a944'],
    ['Žlutá', 'lut-c46607b5559136a7'],
    ['黄色', 'session-d451c07d739b3306'],
    ['IAMSessionBroker', 'session-IAMSessionBroker-cdd38fc7cdf0392a'],
    ['IAMSessionBroker-probe', 'session-IAMSessionBroker-probe-e8ebbc1ef1c033c6'],
    ['iamsessionbroker-probe', 'session-iamsessionbroker-probe-01bf8e46cdbf6b49'],
    ['Yellow-Blue-5e17f8ee96156184', 'Yellow-Blue-5e17f8ee96156184-fb25587791d58c45'],
  ])('of the tag %j is %s', (value, name) => {
    expect(sessionNameOf(value)).toBe(name);
  });
});

function refusal(code: string, message: string) {
  return expect.objectContaining({ code, message });
}
