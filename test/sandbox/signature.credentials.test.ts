// Signatures: when a request was signed, with whose credentials, and under which Authorization header.
import { describe, expect, it } from 'vitest';
import {
  account,
  advance,
  refusal,
  sessionOf,
  signed,
  skewMs,
  start,
  useSigning,
  withHeader,
} from './fixtures/signing-account.ts';

useSigning();

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
    advance(899_999);
    expect(await refusal(await signed({ credentials }))).toBe('accepted');
    advance(1);
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
