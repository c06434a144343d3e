// The parameters of requests for data and for grants: what GET takes in its query, what POST in its body, and what neither does.
import { describe, expect, it } from 'vitest';
import type { BrokerRequest } from '../../../service/broker/request.ts';
import { tokenOf } from '../../../service/broker/token-parameter.ts';
import {
  dataParameters,
  grantsParameters,
  wishedDataOf,
  wishedGrantsOf,
} from '../../../service/data-access-broker/parameters.ts';
import { scopeIn } from '../../support/access-grants.ts';
import { refusalIn } from '../../support/errors-shown.ts';

type Parameters = Readonly<Record<string, unknown>>;

const requestOf = (method: string, parts: Partial<BrokerRequest>): BrokerRequest => ({
  requestId: 'request-1',
  method,
  path: '/credentials',
  query: {},
  body: undefined,
  iam: undefined,
  ...parts,
});
const get = (query: Parameters) => requestOf('GET', { query: { jwt: 'token', ...query } });
const post = (body: Parameters) => requestOf('POST', { body: JSON.stringify({ JWT: 'token', ...body }) });

/** As the manager reads them: whatever is not among them is refused with the token. */
const read = {
  data: (request: BrokerRequest) => [tokenOf(request, dataParameters), wishedDataOf(request)],
  grants: (request: BrokerRequest) => [tokenOf(request, grantsParameters), wishedGrantsOf(request)],
};
function refusalOf(of: keyof typeof read, request: BrokerRequest) {
  try {
    read[of](request);
  } catch (error) {
    const { code, message } = refusalIn(error);
    return `${code} ${message}`;
  }
  return 'nothing';
}

const wished = { target: scopeIn('s3://bucket/a*'), permission: 'READ', durationSeconds: undefined };

describe('a request for data', () => {
  it.each<[string, BrokerRequest, unknown]>([
    ['a target, by GET', get({ target: 's3://bucket/a*', permission: 'READ' }), wished],
    ['a target, by POST', post({ Target: 's3://bucket/a*', Permission: 'READ' }), wished],
    [
      'all, by GET',
      get({ target: 's3://bucket/ü%2c+ ', permission: 'READWRITE', durationSeconds: '43200' }),
      { target: scopeIn('s3://bucket/ü%2c+ '), permission: 'READWRITE', durationSeconds: 43_200 },
    ],
    [
      'all, by POST',
      post({ Target: 's3://bucket/a,b', Permission: 'WRITE', DurationSeconds: 900 }),
      { target: scopeIn('s3://bucket/a,b'), permission: 'WRITE', durationSeconds: 900 },
    ],
    ['nothing, by GET', get({}), undefined],
    ['nothing, by POST', post({}), undefined],
  ])('may have %s', (_, request, expected) => {
    expect(read.data(request)).toEqual(['token', expected]);
  });

  const permission = 'must be READ, WRITE, READWRITE';
  const seconds = 'must be a whole number from 900 to 43200';
  const target = 's3://bucket/a*';
  const byGet: [Parameters, string][] = [
    [{ permission: 'READ' }, 'InvalidRequest permission: is of requests with a target'],
    [{ durationSeconds: '900' }, 'InvalidRequest durationSeconds: is of requests with a target'],
    [{ target: '' }, 'InvalidRequest target: must be 1–2000 characters'],
    [{ target: 'x'.repeat(2_001) }, 'InvalidRequest target: must be 1–2000 characters'],
    [
      { target: 's3://bucket/a,b' },
      'InvalidRequest target: must stand once, and have no comma: POST takes one',
    ],
    [{ target: 'bucket/a' }, 'TargetInvalid target: must be s3://BUCKET/PREFIX* or s3://BUCKET/KEY'],
    [{ target: 's3://bucket/' }, 'TargetInvalid target: must end in * where it is no object'],
    [{ target: 's3://bucket/${a}*' }, 'TargetInvalid target: must have no * but at its end, no ? and no ${'],
    [{ target }, `InvalidRequest permission: ${permission}`],
    [{ target, permission: '' }, `InvalidRequest permission: ${permission}`],
    [{ target, permission: 'read' }, `InvalidRequest permission: ${permission}`],
    [{ target, permission: 'READ,READ' }, `InvalidRequest permission: ${permission}`],
    [{ target, permission: 'READ', durationSeconds: '899' }, `InvalidRequest durationSeconds: ${seconds}`],
    [{ target, permission: 'READ', durationSeconds: '43201' }, `InvalidRequest durationSeconds: ${seconds}`],
    [{ target, permission: 'READ', durationSeconds: '' }, `InvalidRequest durationSeconds: ${seconds}`],
    [{ target, permission: 'READ', durationSeconds: '0900' }, `InvalidRequest durationSeconds: ${seconds}`],
    [{ target, permission: 'READ', durationSeconds: '9e2' }, `InvalidRequest durationSeconds: ${seconds}`],
    [{ target, permission: 'READ', durationSeconds: ' 900' }, `InvalidRequest durationSeconds: ${seconds}`],
    [
      { target, permission: 'READ', durationSeconds: '900,900' },
      `InvalidRequest durationSeconds: ${seconds}`,
    ],
    [{ target, permission: 'READ', durationSeconds: '900.5' }, `InvalidRequest durationSeconds: ${seconds}`],
    [{ Target: target }, 'InvalidRequest Target: not a query parameter of this request'],
    [{ privilege: 'Default' }, 'InvalidRequest privilege: not a query parameter of this request'],
    [{ grantScope: 's3://' }, 'InvalidRequest grantScope: not a query parameter of this request'],
  ];
  const byPost: [Parameters, string][] = [
    [{ Permission: 'READ' }, 'InvalidRequest Permission: is of requests with a target'],
    [{ DurationSeconds: 900 }, 'InvalidRequest DurationSeconds: is of requests with a target'],
    ...[null, 7, '', [target], { target }, 'x'.repeat(2_001)].map((Target): [Parameters, string] => [
      { Target },
      'InvalidRequest Target: must be 1–2000 characters',
    ]),
    [{ Target: 's3://b?/a' }, 'TargetInvalid Target: must begin with the name of a bucket'],
    [{ Target: 's3://bucket/\ud800*' }, 'TargetInvalid Target: must have no control characters'],
    ...[undefined, null, ['READ'], 'DEFAULT', 'toString'].map((Permission): [Parameters, string] => [
      { Target: target, Permission },
      `InvalidRequest Permission: ${permission}`,
    ]),
    ...['900', null, 899, 43_201, 900.5, [900], true].map((DurationSeconds): [Parameters, string] => [
      { Target: target, Permission: 'READ', DurationSeconds },
      `InvalidRequest DurationSeconds: ${seconds}`,
    ]),
    [{ target }, 'InvalidRequest target: not a field of this request'],
    [{ Privilege: 'Default' }, 'InvalidRequest Privilege: not a field of this request'],
  ];

  it.each(byGet)('by GET with %j is refused', (query, expected) => {
    expect(refusalOf('data', get(query))).toBe(expected);
  });
  it.each(byPost)('by POST with %j is refused', (body, expected) => {
    expect(refusalOf('data', post(body))).toBe(expected);
  });
});

describe('a request for grants', () => {
  it.each<[string, BrokerRequest, unknown]>([
    ['nothing, by GET', get({}), {}],
    ['nothing, by POST', post({}), {}],
    [
      'all, by GET',
      get({ grantScope: 's3://bucket*', maxResults: '1000', nextToken: 'a+/=' }),
      { grantScope: 's3://bucket*', maxResults: 1_000, nextToken: 'a+/=' },
    ],
    [
      'all, by POST',
      post({ GrantScope: 's3://a,b', MaxResults: 1, NextToken: 'x'.repeat(4_096) }),
      { grantScope: 's3://a,b', maxResults: 1, nextToken: 'x'.repeat(4_096) },
    ],
  ])('may have %s', (_, request, expected) => {
    expect(read.grants(request)).toEqual(['token', expected]);
  });

  const scope = 'must be s3://… , with a * at its end or none';
  const results = 'must be a whole number from 1 to 1000';
  it.each<[BrokerRequest, string]>([
    [get({ grantScope: 'bucket' }), `grantScope: ${scope}`],
    [get({ grantScope: 's3://a*b' }), `grantScope: ${scope}`],
    [get({ grantScope: 's3://a?' }), `grantScope: ${scope}`],
    [get({ grantScope: 's3://a,b' }), 'grantScope: must stand once, and have no comma: POST takes one'],
    [get({ grantScope: '' }), 'grantScope: must be 1–2000 characters'],
    [get({ maxResults: '0' }), `maxResults: ${results}`],
    [get({ maxResults: '1001' }), `maxResults: ${results}`],
    [get({ nextToken: 'a,b' }), 'nextToken: must stand once, and have no comma: POST takes one'],
    [get({ nextToken: '' }), 'nextToken: must be 1–4096 characters'],
    [get({ target: 's3://bucket/*' }), 'target: not a query parameter of this request'],
    [post({ GrantScope: 7 }), 'GrantScope: must be 1–2000 characters'],
    [post({ GrantScope: 's3://bucket/\n*x' }), `GrantScope: ${scope}`],
    [post({ MaxResults: '7' }), `MaxResults: ${results}`],
    [post({ MaxResults: null }), `MaxResults: ${results}`],
    [post({ NextToken: 'x'.repeat(4_097) }), 'NextToken: must be 1–4096 characters'],
    [post({ Target: 's3://bucket/*' }), 'Target: not a field of this request'],
  ])('%j is refused', (request, expected) => {
    expect(refusalOf('grants', request)).toBe(`InvalidRequest ${expected}`);
  });
});

it('a token in the place of anything else is in no message', () => {
  const token = `canary.${'canary'.repeat(20)}.canary`;
  for (const request of [
    get({ target: token }),
    get({ target: 's3://bucket/*', permission: token }),
    get({ target: 's3://bucket/*', permission: 'READ', durationSeconds: token }),
    get({ [token]: '' }),
    post({ Target: token }),
    post({ Target: { [token]: token } }),
    post({ [token]: '' }),
  ]) {
    expect(refusalOf('data', request)).not.toMatch(/canary|nothing/);
  }
  for (const request of [
    get({ grantScope: token }),
    get({ maxResults: token }),
    post({ MaxResults: token }),
  ]) {
    expect(refusalOf('grants', request)).not.toMatch(/canary|nothing/);
  }
});
