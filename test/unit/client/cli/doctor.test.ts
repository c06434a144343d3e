// What the doctor makes of versions, clocks, callers and tokens: tables.
import { describe, expect, it } from 'vitest';
import { checkOffset } from '../../../../client/cli/doctor/clock.ts';
import { callerOf } from '../../../../client/cli/doctor/identity.ts';
import { payloadOf } from '../../../../client/cli/doctor/jwt-payload.ts';
import { credentialsRoute } from '../../../../client/cli/doctor/permission.ts';
import { renderFinding, renderJson } from '../../../../client/cli/doctor/report.ts';
import { checkVersion } from '../../../../client/cli/doctor/runtime.ts';
import { exchangeProblems, registrationProblems } from '../../../../client/cli/doctor/token.ts';
import { forge } from '../../../support/signing-keys.ts';

it.each([
  ['20.0.0', 'ok'],
  ['26.1.0', 'ok'],
  ['18.20.4', 'fails'],
])('Node.js %s: %s', (version, status) => expect(checkVersion(version).status).toBe(status));

it.each([
  [0, 'ok', 'agrees'],
  [-29_000, 'ok', 'agrees'],
  [31_000, 'warning', '31 seconds behind'],
  [-299_000, 'warning', '299 seconds ahead'],
  [300_000, 'fails', '300 seconds behind: signatures are refused'],
])('a clock that is %d ms off: %s', (offsetMs, status, what) =>
  expect(checkOffset(offsetMs)).toMatchObject({ status, what: expect.stringContaining(what) }),
);

it.each([
  ['arn:aws:sts::111122223333:assumed-role/App/session', 'ok'],
  ['arn:aws-us-gov:sts::111122223333:assumed-role/App/session', 'ok'],
  ['arn:aws:iam::111122223333:root', 'fails'],
  ['arn:aws:iam::111122223333:user/assumed-role/App', 'fails'],
  ['arn:aws:sts::111122223333:federated-user/App', 'fails'],
])('the caller %s: %s', (arn, status) => expect(callerOf(arn).status).toBe(status));

it.each([
  ['eu-west-1', 'arn:aws:execute-api:eu-west-1:111122223333:<api id>/$default/POST/credentials'],
  ['cn-north-1', 'arn:aws-cn:execute-api:cn-north-1:111122223333:<api id>/$default/POST/credentials'],
  [
    'us-gov-west-1',
    'arn:aws-us-gov:execute-api:us-gov-west-1:111122223333:<api id>/$default/POST/credentials',
  ],
])('the permission that is missing in %s is of its partition', async (region, arn) => {
  expect(await credentialsRoute({ region, accountId: '111122223333' })).toBe(arn);
});

describe('a token', () => {
  it.each([['a.b'], ['a.b.c'], ['canary'], ['a.W10.c'], [`${forge({}, {})}.x`]])('is none: %s', (text) => {
    expect(payloadOf(text)).toBeUndefined();
  });

  const payload = {
    iss: 'https://login/yellow/v2.0',
    aud: ['a', 'b'],
    tenant: 'Yellow',
    o: { 'x/y': { id: 1 } },
  };
  const problems = (registration: object) =>
    registrationProblems(payload, { JWTClaimName: 'tenant', ...registration }).map(({ what }) => what);

  it.each([
    ['no rules', {}],
    ['its issuer', { Issuer: 'https://login/yellow/v2.0' }],
    ['a template of its issuer', { Issuer: 'https://login/{tid}/v2.0' }],
    ['one of several audiences', { Audience: ['b', 'c'] }],
    ['a claim within claims', { JWTClaimName: '/o/x~1y/id' }],
    ['an optional tag', { SessionTags: { Tier: { Claim: 'tier', Optional: true } } }],
    [
      'one of several issuers, which binds the tenant',
      {
        JWTClaimName: undefined,
        Issuers: [{ Issuer: 'https://other' }, { Issuer: 'https://login/yellow/v2.0', SessionTagValue: 'Y' }],
      },
    ],
  ])('suits %s', (_, registration) => expect(problems(registration)).toEqual([]));

  it.each([
    ['another issuer', { Issuer: 'https://login/blue/v2.0' }, 'its iss is no issuer that is registered'],
    [
      'a template that dots do not suit',
      { Issuer: 'https://login/{tid}/v200' },
      'its iss is no issuer that is registered',
    ],
    ['other issuers', { Issuers: [{ Issuer: 'https://other' }] }, 'its iss is no issuer that is registered'],
    ['another audience', { Audience: 'c' }, 'is for another audience than c'],
    ['a use', { TokenUse: 'id' }, 'its token_use is not id'],
    ['a claim that it lacks', { JWTClaimName: 'toString' }, 'lacks the claim toString'],
    ['a claim within one', { JWTClaimName: '/o/id' }, 'lacks the claim /o/id'],
    ['a tag', { SessionTags: { Tier: 'tier' } }, 'lacks the claim tier'],
    ['a source identity', { SourceIdentityClaim: 'sub' }, 'lacks the claim sub'],
  ])('does not suit %s', (_, registration, what) => expect(problems(registration)).toEqual([what]));
});

describe('a token that is to be exchanged', () => {
  const problems = (header: object, payload: object, AccessMode?: string) =>
    exchangeProblems(forge(header, payload), { AccessMode }).map(({ what }) => what);

  it.each<[string, object, object, RegExp[]]>([
    ['has what IAM Identity Center wants', { alg: 'RS256' }, { jti: 'a' }, []],
    ['has no jti', { alg: 'RS256' }, {}, [/^has no jti/]],
    ['has an empty jti', { alg: 'RS256' }, { jti: '' }, [/^has no jti/]],
    ['is signed otherwise', { alg: 'ES256' }, { jti: 'a' }, [/^is not signed with RS256/]],
    ['has neither', {}, { jti: 7 }, [/^has no jti/, /^is not signed with RS256/]],
  ])('%s', (_, header, payload, whats) => {
    expect(problems(header, payload, 'IdentityContext')).toEqual(
      whats.map((what) => expect.stringMatching(what)),
    );
    expect(problems(header, payload, 'SessionTags')).toEqual([]);
    expect(problems(header, payload)).toEqual([]);
  });
});

describe('the report', () => {
  const finding = { step: 'region', status: 'fails', what: 'none', remedy: 'give it\u001b[2J' } as const;

  it('has a line for a finding, and nothing that steers a terminal', () => {
    expect(renderFinding(finding)).toBe('fails      region        none  (give it\\u001b[2J)\n');
  });

  it('is well where nothing fails', () => {
    expect(JSON.parse(renderJson([finding]))).toEqual({ ok: false, findings: [finding] });
    expect(JSON.parse(renderJson([{ ...finding, status: 'warning' }])).ok).toBe(true);
  });
});
