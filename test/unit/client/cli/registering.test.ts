// Registering candidates: what is there stays, what is in the way is told, and a busy broker is waited for.
import { describe, expect, it } from 'vitest';
import type { BrokerAnswer, BrokerCall } from '../../../../client/broker-client.ts';
import type { Candidate } from '../../../../client/cli/import-candidates.ts';
import { renderOutcome, renderTotal } from '../../../../client/cli/import-report.ts';
import { examined, type Outcome, Registering } from '../../../../client/cli/registering.ts';

const document = {
  ApplicationName: 'Shop',
  ApplicationRoleId: 'AROASHOP',
  AccessRoleName: 'ShopAccess',
  SessionTagKey: 'TenantID',
  JWTClaimName: 'custom:tenant_id',
  JWKSetURL: 'https://login.example.com/jwks.json',
};
const arn = 'arn:aws:iam::111122223333:role/Shop';
const candidate: Candidate = { name: 'Shop', document, applicationRoleArn: arn, problems: [] };
const warned = {
  ...document,
  Warnings: [{ Code: 'IssuerNotPinned', Message: '…' }, { Code: '\u001b' }, null],
};
const credentials = {
  accessKeyId: 'ASIACANARY',
  secretAccessKey: 'canary-secret',
  sessionToken: 'canary-token',
};

type Scripted = [status: number, body?: object, headers?: Record<string, string>] | Error;
const absent: Scripted = [404, { code: 'ApplicationNotFound', message: 'not registered' }];

/** A broker that gives these answers, one after the other. */
function brokerOf(...answers: Scripted[]) {
  const calls: BrokerCall[] = [];
  const waits: number[] = [];
  const signedFor: string[] = [];
  const registering = new Registering({
    call: async (call): Promise<BrokerAnswer> => {
      calls.push(call);
      const next = answers.shift();
      if (!next) throw new Error('asked once too often');
      if (next instanceof Error) throw next;
      const [status, body = {}, headers = {}] = next;
      return { status, body: body as BrokerAnswer['body'], headers: new Headers(headers), elapsedMs: 1 };
    },
    signer: async (applicationRoleArn) => {
      signedFor.push(applicationRoleArn);
      return credentials;
    },
    wait: async (ms) => void waits.push(ms),
  });
  return { registering, calls, waits, signedFor };
}
const methods = (calls: readonly BrokerCall[]) => calls.map(({ method }) => method);

describe('a candidate', () => {
  it('is registered, with the document as it is and the signature of its role', async () => {
    const { registering, calls, signedFor } = brokerOf(absent, [201, warned]);
    expect(await registering.register(candidate)).toEqual({
      ...candidate,
      status: 'registered',
      warnings: ['IssuerNotPinned'],
    });
    expect(calls).toEqual([
      { method: 'GET', path: 'applications', query: { applicationName: 'Shop' } },
      { method: 'POST', path: 'applications', body: document },
    ]);
    expect(signedFor).toEqual([arn]);
  });

  it.each<[string, Scripted[]]>([
    ['shown as it would be registered', [[200, document]]],
    [
      'shown with more that was registered since',
      [[200, { ...document, Issuer: 'https://login.example.com' }]],
    ],
    ['registered by somebody meanwhile', [absent, [200, document]]],
  ])('is registered already where it is %s', async (_, answers) => {
    const { registering, calls } = brokerOf(...answers);
    expect(await registering.register(candidate)).toMatchObject({
      status: 'already registered',
      problems: [],
    });
    expect(methods(calls)).toEqual(['GET', 'POST'].slice(0, answers.length));
  });

  it('that was in the way of nothing but itself is registered already once somebody has done it by hand', async () => {
    const shared = { ...candidate, problems: ['AccessRoleName: is that of Other too'] };
    const { registering } = brokerOf([200, { ...document, SharedWith: ['Other'] }], absent);
    expect(await registering.register(shared)).toMatchObject({ status: 'already registered', problems: [] });
    expect(await registering.register(shared)).toEqual(examined(shared));
  });

  it.each<[string, Scripted[], string]>([
    [
      'is registered otherwise',
      [[200, { ...document, JWKSetURL: 'https://other.example.com/k', ApplicationRoleId: 'AROAOLD' }]],
      'is registered here with another ApplicationRoleId, JWKSetURL: nothing was changed. PUT /applications replaces it',
    ],
    ['the gateway shuts out', [[403, { message: 'Forbidden' }]], 'the broker answered 403 Forbidden'],
    ['another API does not know', [[404, { message: 'Not Found' }]], 'the broker answered 404 Not Found'],
    [
      'the broker refuses',
      [absent, [403, { code: 'AccessRoleNotAssumable', message: 'save the trust policy\u001b[2J' }]],
      'the broker answered 403 AccessRoleNotAssumable: save the trust policy\\u001b[2J',
    ],
    [
      'meets something else than a broker',
      [new SyntaxError('<html>canary')],
      'it was not registered: what answers is no broker: see --endpoint',
    ],
    [
      'finds nobody',
      [Object.assign(new Error('connect canary'), { code: 'ECONNREFUSED' })],
      'it was not registered: Error ECONNREFUSED',
    ],
  ])('that %s needs attention', async (_, answers, problem) => {
    const { registering } = brokerOf(...answers);
    const outcome = await registering.register(candidate);
    expect(outcome).toMatchObject({ status: 'needs attention', problems: [problem] });
    expect(JSON.stringify(outcome)).not.toContain('canary');
  });

  it('that has no document is not asked about', async () => {
    const { registering, calls } = brokerOf();
    const nothing = { name: 'Shop', problems: ['JWKSetURL: is missing'] };
    expect(await registering.register(nothing)).toEqual({ ...nothing, status: 'needs attention' });
    expect(calls).toEqual([]);
  });

  it('waits as long as the broker says, and longer with every attempt where the gateway does not', async () => {
    const { registering, waits } = brokerOf(
      [429, {}],
      [429, {}],
      [503, {}, { 'retry-after': '7' }],
      absent,
      [429, {}, { 'retry-after': '3600' }],
      [201, document],
    );
    expect(await registering.register(candidate)).toMatchObject({ status: 'registered' });
    expect(waits).toEqual([1_000, 2_000, 7_000, 30_000]);
  });

  it('does not wait for ever', async () => {
    const busy: Scripted = [503, { code: 'StsUnavailable', message: 'later' }, { 'retry-after': '1' }];
    const { registering, waits } = brokerOf(absent, ...Array<Scripted>(8).fill(busy));
    expect(await registering.register(candidate)).toMatchObject({
      status: 'needs attention',
      problems: ['the broker answered 503 StsUnavailable: later'],
    });
    expect(waits).toHaveLength(7);
  });
});

describe('the report', () => {
  it('has the document, in one line, of what is not registered, and what is to be done', () => {
    expect(renderOutcome(examined(candidate))).toEqual([
      'ready               Shop',
      `                    ${JSON.stringify(document)}`,
    ]);
    expect(renderOutcome(examined({ ...candidate, problems: ['one', 'two'] }))).toEqual([
      'needs attention     Shop',
      '                    one',
      '                    two',
      `                    ${JSON.stringify(document)}`,
    ]);
    expect(renderOutcome({ ...candidate, status: 'registered', warnings: ['IssuerNotPinned'] })).toEqual([
      'registered          Shop',
      '                    warnings: IssuerNotPinned',
    ]);
  });

  it('lets no document steer the terminal, and the document stays the same', () => {
    const hostile = { ...document, JWTClaimName: 'a\u001b[2J\u009b\u202e\u2028\u{e0001}' };
    const [, line = ''] = renderOutcome(examined({ ...candidate, document: hostile }));
    expect(line).toMatch(/^ *[ -~]*$/);
    expect(JSON.parse(line)).toEqual(hostile);
  });

  it('ends with how many there are of each', () => {
    const outcomes = (['registered', 'needs attention', 'registered'] as const).map(
      (status): Outcome => ({ ...candidate, status }),
    );
    expect(renderTotal(outcomes)).toBe('in all              2 registered, 1 needs attention');
    expect(renderTotal([])).toBe('the table is empty');
  });
});
