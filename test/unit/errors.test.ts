// The table of errors, the exception that carries them, and what the log shows of a cause.
import { STSServiceException } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { errorTable } from '../../service/error-table.ts';
import { BrokerError, describeCause, type ErrorCode, shownName } from '../../service/errors.ts';

const codes = Object.keys(errorTable) as ErrorCode[];

describe('the table of errors', () => {
  it.each(codes)('%s says in sentences when it happens and what to do', (code) => {
    expect(errorTable[code].meaning).toMatch(/^[A-Z].+\.$/);
    expect(errorTable[code].remedy).toMatch(/^[A-Z].+\.$/);
  });

  it('refuses a token with 403, and leaves 503 to the dependencies', () => {
    const tokenCodes = codes.filter((code) => code.startsWith('Token'));
    const dependencyCodes = codes.filter((code) => code.endsWith('Unavailable'));
    expect(new Set(tokenCodes.map((code) => errorTable[code].statusCode))).toEqual(new Set([403]));
    expect(new Set(dependencyCodes.map((code) => errorTable[code].statusCode))).toEqual(new Set([503]));
  });
});

describe('BrokerError', () => {
  it.each(codes)('%s has the table’s status, and asks to be tried again only where that may help', (code) => {
    const { statusCode } = errorTable[code];
    expect(new BrokerError(code, 'because')).toMatchObject({
      name: 'BrokerError',
      code,
      message: 'because',
      statusCode,
      isDenial: statusCode < 500,
      retryAfterSeconds: statusCode === 503 ? 1 : undefined,
    });
  });
});

describe('shownName', () => {
  it('shows a name of 32 characters, escaped, and of a longer one nothing but its length', () => {
    expect(shownName('x'.repeat(32))).toBe('x'.repeat(32));
    expect(shownName('a\n"b"')).toBe('a\\n\\"b\\"');
    expect(shownName('x'.repeat(33))).toBe('(a name of 33 characters)');
  });
});

describe('describeCause', () => {
  it('shows of an AWS error its name, its message and its request id', () => {
    const error = new STSServiceException({
      name: 'AccessDenied',
      message: 'User: … is not authorized to perform: sts:AssumeRole',
      $fault: 'client',
      $metadata: { requestId: 'aws-request-1' },
    });
    expect(describeCause(error)).toEqual({
      name: 'AccessDenied',
      message: 'User: … is not authorized to perform: sts:AssumeRole',
      awsRequestId: 'aws-request-1',
    });
  });

  it('shows of any other error its name, its code and where it was thrown', () => {
    const error = Object.assign(new TypeError('fetch failed'), { code: 'ECONNRESET' });
    expect(describeCause(error)).toEqual({
      name: 'TypeError',
      code: 'ECONNRESET',
      frames: expect.arrayContaining([expect.stringMatching(/^at .*errors\.test\.ts/)]),
    });
  });

  it('keeps the message of a parser to itself: it could quote a token', () => {
    const causes = ['{"JWT": canary', 'canary', '{\n    at canary', '[\n    at canary\n    at canary'].map(
      (body) => thrownBy(() => JSON.parse(body)),
    );
    for (const cause of causes) {
      expect(JSON.stringify(describeCause(cause))).not.toContain('canary');
    }
  });

  it('takes no line of a message for a stack frame', () => {
    const error = new Error('first line\n    at canary');
    expect(JSON.stringify(describeCause(error))).not.toContain('canary');
    expect(describeCause(error)?.frames?.length).toBeGreaterThan(0);
  });

  it('shows at most ten frames', () => {
    const dive = (depth: number): never => {
      if (depth === 0) throw new Error('deep');
      return dive(depth - 1);
    };
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 50;
    const error = thrownBy(() => dive(40));
    Error.stackTraceLimit = limit;
    expect(describeCause(error)?.frames).toHaveLength(10);
  });

  it.each([
    ['nothing', undefined, undefined],
    ['a string', 'canary', { name: 'string' }],
    ['null', null, { name: 'object' }],
    ['an object that is no error', { secret: 'canary' }, { name: 'object' }],
  ])('shows of %s no more than its type', (_, thrown, expected) => {
    expect(describeCause(thrown)).toEqual(expected);
  });
});

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
