// Signatures: a signed request is accepted, and a changed one refused.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { HttpRequest } from '../../sandbox/account/operation.ts';
import {
  account,
  accountId,
  refusal,
  type Signing,
  sessionOf,
  signed,
  useSigning,
  verify,
  withHeader,
} from './fixtures/signing-account.ts';

useSigning();

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
