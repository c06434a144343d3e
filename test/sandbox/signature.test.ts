import { createHash } from 'node:crypto';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Account } from '../../sandbox/account/account.ts';
import type { HttpRequest } from '../../sandbox/account/operation.ts';
import type { AwsError } from '../../sandbox/aws-error.ts';
import { verifySignature } from '../../sandbox/signatures/signature.ts';
import { bareAccount } from './fixtures/bare-account.ts';

const accountId = '111122223333';
const start = Date.parse('2026-03-01T12:00:00Z');
const skewMs = 5 * 60_000;

let clock: number;
let account: Account;

beforeEach(() => {
  clock = start;
  account = bareAccount({ accountId, now: () => clock });
});

interface Signing {
  readonly service?: string;
  readonly region?: string;
  readonly method?: string;
  readonly path?: string;
  readonly query?: string;
  readonly body?: string;
  readonly headers?: Record<string, string>;
  readonly at?: number;
  readonly credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
}

/** As an SDK signs; by default with the administrator's key for the HTTP API. */
async function signed(signing: Signing = {}): Promise<HttpRequest> {
  const { service = 'execute-api', region = 'eu-west-1', method = 'POST', path = '/applications' } = signing;
  const { query = '', body = '', headers = {}, at = clock } = signing;
  const signer = new SignatureV4({
    service,
    region,
    credentials: signing.credentials ?? account.identities.administrator,
    sha256: Sha256,
    uriEscapePath: service !== 's3',
    applyChecksum: service === 's3',
  });
  const request = await signer.sign(
    {
      method,
      protocol: 'http:',
      hostname: '127.0.0.1',
      path,
      query: Object.fromEntries(new URLSearchParams(query)),
      headers: { host: '127.0.0.1', ...headers },
      body,
    },
    { signingDate: new Date(at) },
  );
  return {
    method,
    rawPath: path,
    rawQuery: query,
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
    ),
    body: Buffer.from(body),
    requestId: 'request',
  };
}

const verify = (request: HttpRequest, service = 'execute-api') =>
  verifySignature(request, { account, service, skewMs });

/** The refusal of a request, as `code: message`. */
async function refusal(request: HttpRequest, service?: string): Promise<string> {
  const error = await verify(request, service).then(
    () => undefined,
    (reason: AwsError) => reason,
  );
  return error ? `${error.code}: ${error.message}` : 'accepted';
}

function withHeader(request: HttpRequest, name: string, value: string): HttpRequest {
  return { ...request, headers: { ...request.headers, [name]: value } };
}

function sessionOf(roleName: string, durationSeconds = 900) {
  const role = account.identities.createRole({
    roleName,
    trustPolicy: {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ],
    },
  });
  return account.identities.issueSession(role, { sessionName: 'test', durationSeconds });
}

describe('a signed request', () => {
  it.each<[string, Signing]>([
    ['with a body', { body: '{"AccessRoleName":"AppAccess"}' }],
    ['with a query', { method: 'GET', path: '/credentials', query: 'jwt=a.b-c_d&x=%20%2F' }],
    ['whose path needs encoding', { path: '/a%20b/c' }],
    [
      'with a signed header of its own',
      { headers: { 'content-type': 'application/json', 'x-amz-meta': 'a  b' } },
    ],
  ])('is accepted %s', async (_, signing) => {
    const caller = await verify(await signed(signing));
    expect(caller).toMatchObject({ kind: 'administrator', accountId });
  });

  it('stands for a session by its key and token', async () => {
    const credentials = sessionOf('AppService');
    expect(await verify(await signed({ credentials }))).toMatchObject({
      kind: 'session',
      arn: `arn:aws:sts::${accountId}:assumed-role/AppService/test`,
    });
  });

  it('stands for a user by an access key', async () => {
    account.identities.createUser({ userName: 'AppService' });
    const credentials = account.identities.createAccessKey('AppService');
    expect(await verify(await signed({ credentials }))).toMatchObject({
      kind: 'user',
      arn: `arn:aws:iam::${accountId}:user/AppService`,
    });
  });

  it('is accepted for the region of a global endpoint', async () => {
    expect(await refusal(await signed({ service: 'iam', region: 'us-east-1' }), 'iam')).toBe('accepted');
    expect(await refusal(await signed({ region: 'us-east-1' }))).toMatch(
      /^SignatureDoesNotMatch: Credential should be scoped to a valid region/,
    );
  });
});

describe('a changed request', () => {
  const mismatch = /^SignatureDoesNotMatch: The request signature we calculated does not match/;

  it.each<[string, (request: HttpRequest) => HttpRequest]>([
    ['method', (request) => ({ ...request, method: 'DELETE' })],
    ['path', (request) => ({ ...request, rawPath: '/applications/' })],
    ['query', (request) => ({ ...request, rawQuery: 'a=2' })],
    ['body', (request) => ({ ...request, body: Buffer.from('{}') })],
    ['signed header', (request) => withHeader(request, 'x-amz-meta', 'other')],
    ['host', (request) => withHeader(request, 'host', 'localhost')],
    [
      'signature',
      (request) => withHeader(request, 'authorization', `${request.headers.authorization}`.slice(0, -1)),
    ],
  ])('is refused: its %s', async (_, change) => {
    const request = await signed({ body: '{"a":1}', query: 'a=1', headers: { 'x-amz-meta': 'one' } });
    expect(await refusal(request)).toBe('accepted');
    expect(await refusal(change(request))).toMatch(mismatch);
  });

  it('is refused: an x-amz- header added to it', async () => {
    expect(await refusal(withHeader(await signed(), 'x-amz-target', 'x'))).toBe(
      "SignatureDoesNotMatch: 'x-amz-target' must be a 'SignedHeader' in the AWS Authorization.",
    );
  });

  it('is refused: signed with another secret', async () => {
    const { accessKeyId } = account.identities.administrator;
    const credentials = { accessKeyId, secretAccessKey: 'x'.repeat(40) };
    expect(await refusal(await signed({ credentials }))).toMatch(mismatch);
  });

  it('is refused: signed for another service', async () => {
    expect(await refusal(await signed({ service: 's3' }))).toMatch(
      /^SignatureDoesNotMatch: Credential should be scoped to correct service: 'execute-api'\.$/,
    );
  });

  it('is refused: signed on another day than its scope says', async () => {
    const request = await signed();
    const authorization = String(request.headers.authorization).replace('/20260301/', '/20260228/');
    expect(await refusal(withHeader(request, 'authorization', authorization))).toMatch(
      /^SignatureDoesNotMatch: Date in Credential scope does not match/,
    );
  });
});

describe('a body hash in x-amz-content-sha256', () => {
  const hash = createHash('sha256').update('content').digest('hex');
  const put = { service: 's3', method: 'PUT', path: '/bucket/a%20b', body: 'content' };

  it.each([
    hash,
    'UNSIGNED-PAYLOAD',
    'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  ])('may be %s for S3', async (value) => {
    const request = await signed({ ...put, headers: { 'x-amz-content-sha256': value } });
    expect(await refusal(request, 's3')).toBe('accepted');
  });

  it('must be of the body', async () => {
    const request = await signed({ ...put, headers: { 'x-amz-content-sha256': hash } });
    expect(await refusal({ ...request, body: Buffer.from('other') }, 's3')).toMatch(
      /^XAmzContentSHA256Mismatch: /,
    );
  });

  it('must be there for S3', async () => {
    const { 'x-amz-content-sha256': _, ...headers } = (await signed(put)).headers;
    expect(await refusal({ ...(await signed(put)), headers }, 's3')).toMatch(
      /^InvalidRequest: Missing required header/,
    );
  });

  it('cannot be left unsigned for any other service', async () => {
    const request = await signed({ headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } });
    expect(await refusal(request)).toMatch(/^SignatureDoesNotMatch/);
  });
});

describe('the time of a request', () => {
  it('may be off by the skew, both ways', async () => {
    expect(await refusal(await signed({ at: start - skewMs }))).toBe('accepted');
    expect(await refusal(await signed({ at: start + skewMs }))).toBe('accepted');
  });

  it('may not be off by more', async () => {
    expect(await refusal(await signed({ at: start - skewMs - 1_000 }))).toBe(
      'RequestTimeTooSkewed: Signature expired: 20260301T115459Z is now earlier than 20260301T115500Z (20260301T120000Z - 5 min.)',
    );
    expect(await refusal(await signed({ at: start + skewMs + 1_000 }))).toBe(
      'RequestTimeTooSkewed: Signature not yet current: 20260301T120501Z is still later than 20260301T120500Z (20260301T120000Z + 5 min.)',
    );
  });

  it.each(['yesterday', '20260231T120000Z', '2026-03-01T12:00:00Z'])('may not be %s', async (date) => {
    expect(await refusal(withHeader(await signed(), 'x-amz-date', date))).toMatch(
      /^IncompleteSignature: Date must be in ISO-8601 'basic format'/,
    );
  });
});

describe('credentials', () => {
  const invalid = 'InvalidClientTokenId: The security token included in the request is invalid.';

  it('are refused with an unknown key', async () => {
    const credentials = { accessKeyId: 'AKIAAAAAAAAAAAAAAAAA', secretAccessKey: 'secret' };
    expect(await refusal(await signed({ credentials }))).toBe(invalid);
  });

  it("are refused without the session's token, with another's, and with one beside a user's key", async () => {
    const { accessKeyId, secretAccessKey } = sessionOf('One');
    const { sessionToken } = sessionOf('Two');
    const { administrator } = account.identities;
    for (const credentials of [
      { accessKeyId, secretAccessKey },
      { accessKeyId, secretAccessKey, sessionToken },
      { ...administrator, sessionToken },
    ]) {
      expect(await refusal(await signed({ credentials }))).toBe(invalid);
    }
  });

  it('are refused once the session has expired', async () => {
    const credentials = sessionOf('AppService', 900);
    clock += 899_999;
    expect(await refusal(await signed({ credentials }))).toBe('accepted');
    clock += 1;
    expect(await refusal(await signed({ credentials }))).toBe(
      'ExpiredToken: The security token included in the request is expired',
    );
  });

  it('are refused once the role is deleted', async () => {
    const credentials = sessionOf('AppService');
    account.identities.deleteRole('AppService');
    expect(await refusal(await signed({ credentials }))).toBe(invalid);
  });
});

describe('an Authorization header', () => {
  it.each<[string, string | undefined, string]>([
    ['missing', undefined, 'MissingAuthenticationToken: Request is missing Authentication Token'],
    [
      'of another scheme',
      'Bearer a.b.c',
      "IncompleteSignature: Unsupported AWS 'algorithm' (only AWS4-HMAC-SHA256 for now).",
    ],
    [
      'without a signature',
      'AWS4-HMAC-SHA256 Credential=a/20260301/eu-west-1/execute-api/aws4_request, SignedHeaders=host',
      "IncompleteSignature: Authorization header requires 'Signature' parameter.",
    ],
    [
      'with a broken credential',
      'AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=00',
      "IncompleteSignature: Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'a/b'",
    ],
  ])('%s is refused', async (_, authorization, expected) => {
    const { authorization: _signed, ...headers } = (await signed()).headers;
    const request = { ...(await signed()), headers: { ...headers, ...(authorization && { authorization }) } };
    expect(await refusal(request)).toBe(expected);
  });

  it('gives way to no presigned query', async () => {
    const request = { ...(await signed()), rawQuery: 'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=00' };
    expect(await refusal(request)).toMatch(/^NotImplemented: /);
  });

  it('must sign the host', async () => {
    const request = await signed();
    const authorization = String(request.headers.authorization).replace('host;', '');
    expect(await refusal(withHeader(request, 'authorization', authorization))).toBe(
      "SignatureDoesNotMatch: 'host' must be a 'SignedHeader' in the AWS Authorization.",
    );
  });
});
