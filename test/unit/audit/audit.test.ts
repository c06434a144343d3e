// The audit record: one log line of every decision, which carries its metrics.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Audit } from '../../../service/audit/audit.ts';
import { BrokerError } from '../../../service/errors.ts';
import { auditTo } from '../../support/broker.ts';
import { type CapturedOutput, captureOutput } from '../../support/captured-output.ts';
import { type FrozenClock, frozenClock } from '../../support/clock.ts';

let clock: FrozenClock;
let output: CapturedOutput;
let audit: Audit;

beforeEach(() => {
  output = captureOutput();
  clock = frozenClock();
  audit = auditTo(clock.now);
});
afterEach(() => output.restore());

/** What is known of an issued session; each time another object, so that nothing is compared with itself. */
const issued = () => ({
  application: 'App',
  applicationRoleId: 'AROAAPP1XXXXXXXXXXXXX',
  accessRole: 'AppAccess',
  tokenDigest: 'ba7816bf',
  tags: [
    { key: 'TenantID', value: 'Yellow' },
    { key: 'Tier', value: 'gold' },
  ],
  sessionName: 'Yellow',
  cacheHit: false,
  accessKeyId: 'ASIASESSION1',
});

const completeDecision = () => Object.assign(audit.begin('GetCredentials', 'request-1'), issued());

/** A complete decision, twelve milliseconds after its request. */
function allowAfterTwelveMs(): void {
  const decision = completeDecision();
  clock.advance(12);
  audit.allowed(decision);
}

/** A metric line without its time, with the definitions of its metrics by their names. */
function metricsOf(line: Record<string, unknown> | undefined) {
  const { _aws, ...values } = line as { _aws: { CloudWatchMetrics: [EmfDirective] } };
  const { Namespace, Dimensions, Metrics } = _aws.CloudWatchMetrics[0];
  return { values, Namespace, Dimensions, Metrics };
}

interface EmfDirective {
  readonly Namespace: string;
  readonly Dimensions: string[][];
  readonly Metrics: { readonly Name: string; readonly Unit: string }[];
}

describe('an issued session', () => {
  it('is recorded in one line: who, for whom, which role, which session', () => {
    allowAfterTwelveMs();

    expect(output.logs()).toEqual([
      expect.objectContaining({
        level: 'INFO',
        message: 'allowed',
        service: 'IAMSessionBroker',
        outcome: 'allowed',
        operation: 'GetCredentials',
        requestId: 'request-1',
        ...issued(),
        Duration: 12,
      }),
    ]);
  });

  it('counts in metrics by operation', () => {
    allowAfterTwelveMs();

    expect(output.metrics().map(metricsOf)).toEqual([
      {
        Namespace: 'IAMSessionBroker',
        Dimensions: [['service', 'operation']],
        Metrics: [
          { Name: 'Allowed', Unit: 'Count' },
          { Name: 'Duration', Unit: 'Milliseconds' },
          { Name: 'CacheHit', Unit: 'Count' },
        ],
        values: expect.objectContaining({
          service: 'IAMSessionBroker',
          operation: 'GetCredentials',
          Allowed: 1,
          Duration: 12,
          CacheHit: 0,
        }),
      },
    ]);
  });

  it('is one line with its metrics, whose time is when it was decided', () => {
    allowAfterTwelveMs();

    expect(output.text().trim().split('\n')).toHaveLength(1);
    expect(output.metrics()).toEqual(output.logs());
    expect(output.logs()[0]).toMatchObject({ _aws: { Timestamp: clock.now() } });
  });

  it('counts by itself, whatever was decided before it', () => {
    audit.allowed(completeDecision());
    audit.refused(
      audit.begin('ShowApplication', 'request-2'),
      new BrokerError('ApplicationNotFound', 'not registered'),
    );
    output.clear();
    audit.allowed(Object.assign(audit.begin('ShowApplication', 'request-3'), { application: 'App' }));

    const [only, ...others] = output.metrics().map(metricsOf);
    expect(only?.values).toMatchObject({ operation: 'ShowApplication', Allowed: 1, Duration: 0 });
    expect(only?.values).not.toHaveProperty('Denied');
    expect(only?.values).not.toHaveProperty('CacheHit');
    expect(only?.Metrics.map(({ Name }) => Name)).toEqual(['Allowed', 'Duration']);
    expect(others).toEqual([]);
  });

  it('from the cache counts as a hit', () => {
    audit.allowed(Object.assign(completeDecision(), { cacheHit: true }));
    expect(output.metrics()).toEqual([expect.objectContaining({ CacheHit: 1 })]);
  });
});

describe('a denial', () => {
  const cause = new TypeError('canary');
  const denial = new BrokerError('TokenExpired', 'the token has expired', { cause });

  it('is returned as it is, and recorded with what was known by then', () => {
    const decision = Object.assign(audit.begin('GetCredentials', 'request-2'), { application: 'App' });

    expect(audit.refused(decision, denial)).toBe(denial);
    expect(output.logs()).toEqual([
      expect.objectContaining({
        level: 'WARN',
        message: 'denied',
        outcome: 'denied',
        operation: 'GetCredentials',
        requestId: 'request-2',
        application: 'App',
        code: 'TokenExpired',
        reason: 'the token has expired',
        cause: { name: 'TypeError', frames: expect.any(Array) },
        Duration: 0,
      }),
    ]);
    expect(output.text()).not.toContain('canary');
  });

  it('counts by operation and by code', () => {
    audit.refused(audit.begin('GetCredentials', 'request-2'), denial);

    const [byOperation, byCode, ...others] = output.metrics().map(metricsOf);
    expect(byOperation).toMatchObject({
      Dimensions: [['service', 'operation']],
      values: { operation: 'GetCredentials', Denied: 1, Duration: 0, code: 'TokenExpired' },
    });
    expect(byOperation?.values).not.toHaveProperty('CacheHit');
    expect(byCode).toMatchObject({
      Metrics: [{ Name: 'Refusals', Unit: 'Count' }],
      values: { code: 'TokenExpired', Refusals: 1 },
    });
    expect(others).toEqual([]);
  });
});

describe('a failure', () => {
  it('of a dependency is an error in the log, and counts as failed', () => {
    const failure = new BrokerError('StsUnavailable', 'temporary credentials cannot be issued at the moment');
    expect(audit.refused(audit.begin('GetCredentials', 'request-3'), failure)).toBe(failure);

    expect(output.logs()).toEqual([
      expect.objectContaining({
        level: 'ERROR',
        message: 'failed',
        outcome: 'failed',
        code: 'StsUnavailable',
      }),
    ]);
    expect(output.metrics()[0]).toMatchObject({ Failed: 1 });
  });

  it.each<[string, unknown]>([
    ['an error', new RangeError('canary')],
    ['text', 'canary'],
    ['nothing', undefined],
  ])('that is no BrokerError but %s is answered as InternalError, and says nothing', (_, thrown) => {
    expect(audit.refused(audit.begin('ShowApplication', 'request-4'), thrown)).toMatchObject({
      code: 'InternalError',
      statusCode: 500,
      message: 'the broker failed',
    });
    expect(output.logs()).toEqual([
      expect.objectContaining({ level: 'ERROR', code: 'InternalError', reason: 'the broker failed' }),
    ]);
    expect(output.text()).not.toContain('canary');
  });
});

describe('a dependency that throttles', () => {
  const refusedFor = (code: 'StsUnavailable' | 'AccessMetadataUnavailable', name: string) => {
    const cause = Object.assign(new Error('slow down'), { name });
    audit.refused(
      audit.begin('GetCredentials', 'request-5'),
      new BrokerError(code, 'not at the moment', { cause }),
    );
    return output.metrics().map(metricsOf);
  };

  it.each([
    ['StsUnavailable', 'Throttling'],
    ['StsUnavailable', 'ThrottlingException'],
    ['AccessMetadataUnavailable', 'ProvisionedThroughputExceededException'],
    ['AccessMetadataUnavailable', 'RequestLimitExceeded'],
  ] as const)('is counted by code: %s for %s', (code, name) => {
    expect(refusedFor(code, name).at(-1)).toMatchObject({
      Dimensions: [['service', 'code']],
      Metrics: [{ Name: 'Throttled', Unit: 'Count' }],
      values: { code, Throttled: 1 },
    });
  });

  it('is not counted where it failed otherwise', () => {
    const names = refusedFor('StsUnavailable', 'InternalFailure').flatMap(({ Metrics }) => Metrics);
    expect(names.map(({ Name }) => Name)).not.toContain('Throttled');
  });
});

describe('a request that is carried out after it was answered as failed', () => {
  it('is recorded once more, and counted no more', () => {
    const decision = Object.assign(audit.begin('ReplaceApplication', 'request-5'), {
      application: 'App',
      jwksUrl: 'https://idp.example.com/jwks.json',
    });
    clock.advance(9_000);
    audit.carriedOutLate(decision);

    expect(output.logs()).toEqual([
      expect.objectContaining({
        level: 'WARN',
        message: 'carried out late',
        outcome: 'carriedOutLate',
        operation: 'ReplaceApplication',
        requestId: 'request-5',
        application: 'App',
        jwksUrl: 'https://idp.example.com/jwks.json',
        durationMs: 9_000,
      }),
    ]);
    expect(output.metrics()).toEqual([]);
  });

  it('that changed a registration late counts as a change', () => {
    const decision = Object.assign(audit.begin('ReplaceApplication', 'request-5'), {
      change: { registration: {}, written: 'replaced' },
    });
    audit.carriedOutLate(decision);
    expect(output.metrics()).toMatchObject([{ operation: 'ReplaceApplication', RegistrationChanges: 1 }]);
  });
});

describe('a tag', () => {
  it.each(['constructor', '__proto__', 'level', 'requestId'])('named %s is recorded as any other', (key) => {
    audit.allowed(Object.assign(audit.begin('GetCredentials', 'request-6'), { tags: [{ key, value: 'x' }] }));

    expect(output.logs()).toMatchObject([
      { level: 'INFO', requestId: 'request-6', tags: [{ key, value: 'x' }] },
    ]);
  });
});

describe('decisions that overlap', () => {
  it('do not mix their records', () => {
    const first = audit.begin('GetCredentials', 'first');
    const second = audit.begin('ShowApplication', 'second');
    first.application = 'First';
    second.application = 'Second';
    audit.allowed(second);
    audit.allowed(first);

    expect(output.logs().map(({ requestId, application }) => [requestId, application])).toEqual([
      ['second', 'Second'],
      ['first', 'First'],
    ]);
    expect(output.metrics().map(({ operation }) => operation)).toEqual(['ShowApplication', 'GetCredentials']);
  });
});
