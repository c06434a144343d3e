// The portal as an issuer: its tokens verify with what it publishes, and say what STS goes by.
import { generateKeyPairSync, privateEncrypt } from 'node:crypto';
import { GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { Issuer } from '../../../service/web-identity/issuer.ts';
import { SigningKey } from '../../../service/web-identity/signing-key.ts';

const url = 'https://portal.example/aws';
const now = Date.UTC(2026, 10, 28, 12);
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const spki = publicKey.export({ format: 'der', type: 'spki' });
const kms = mockClient(KMSClient);
const subject = {
  service: 'cloudadmin',
  sessionName: 'ada@example.com',
  tags: { User: 'ada@example.com', TenantID: 'Yellow' },
};

/** DigestInfo of SHA-256, before the digest: RFC 8017, section 9.2. */
const DIGEST_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex');

function newIssuer() {
  return new Issuer({
    url,
    key: new SigningKey(new KMSClient({ region: 'eu-west-1' }), 'key-1'),
    now: () => now,
  });
}

afterAll(() => kms.restore());
beforeEach(() => {
  kms.reset();
  kms.on(GetPublicKeyCommand).resolves({ PublicKey: spki });
  // What KMS does with a digest: the padding of PKCS #1 around it, and no hash of its own.
  kms.on(SignCommand).callsFake(({ Message }: { Message: Uint8Array }) => ({
    Signature: privateEncrypt(privateKey, Buffer.concat([DIGEST_INFO, Message])),
  }));
});

describe('a token', () => {
  it('verifies with the published JWK set, and says whose session it will be', async () => {
    const issuer = newIssuer();
    const keys = createLocalJWKSet(
      (await issuer.jwkSet()) as unknown as Parameters<typeof createLocalJWKSet>[0],
    );
    const { payload, protectedHeader } = await jwtVerify(await issuer.token(subject), keys, {
      issuer: url,
      audience: 'sts.amazonaws.com',
      currentDate: new Date(now),
    });
    expect(protectedHeader).toMatchObject({ alg: 'RS256', typ: 'JWT' });
    expect(payload).toMatchObject({
      sub: 'cloudadmin:ada@example.com',
      exp: now / 1000 + 60,
      'https://aws.amazon.com/source_identity': 'ada@example.com',
      'https://aws.amazon.com/tags': {
        principal_tags: { User: ['ada@example.com'], TenantID: ['Yellow'] },
        transitive_tag_keys: ['User', 'TenantID'],
      },
    });
  });

  it('is another one each time', async () => {
    const issuer = newIssuer();
    expect(await issuer.token(subject)).not.toBe(await issuer.token(subject));
  });

  it('asks KMS for a signature of the digest, so that no claim is in its log', async () => {
    await newIssuer().token(subject);
    expect(kms.commandCalls(SignCommand)[0]?.args[0].input).toMatchObject({
      KeyId: 'key-1',
      MessageType: 'DIGEST',
      SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256',
    });
  });
});

describe('what is published', () => {
  it('leads from the issuer to its keys', async () => {
    const issuer = newIssuer();
    expect(issuer.configuration()).toMatchObject({ issuer: url, jwks_uri: `${url}/jwks.json` });
    const { keys } = await issuer.jwkSet();
    expect(keys).toEqual([
      { kty: 'RSA', n: expect.any(String), e: 'AQAB', kid: expect.any(String), alg: 'RS256', use: 'sig' },
    ]);
  });

  it('is read from KMS once', async () => {
    const issuer = newIssuer();
    await Promise.all([issuer.jwkSet(), issuer.jwkSet(), issuer.token(subject)]);
    expect(kms.commandCalls(GetPublicKeyCommand)).toHaveLength(1);
  });
});

describe('while KMS fails', () => {
  it('there is no token, and the next request asks again', async () => {
    kms.on(GetPublicKeyCommand).rejectsOnce(new Error('down')).resolves({ PublicKey: spki });
    const issuer = newIssuer();
    await expect(issuer.token(subject)).rejects.toMatchObject({ code: 'SigningKeyUnavailable' });
    await expect(issuer.token(subject)).resolves.toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  });

  it('an unsigned token is not made', async () => {
    kms.on(SignCommand).resolves({});
    await expect(newIssuer().token(subject)).rejects.toMatchObject({ code: 'SigningKeyUnavailable' });
    kms.on(SignCommand).rejects(new Error('down'));
    await expect(newIssuer().token(subject)).rejects.toMatchObject({ code: 'SigningKeyUnavailable' });
  });

  it('a key that is no RSA key is refused', async () => {
    const { publicKey: other } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    kms.on(GetPublicKeyCommand).resolves({ PublicKey: other.export({ format: 'der', type: 'spki' }) });
    await expect(newIssuer().jwkSet()).rejects.toMatchObject({ code: 'SigningKeyUnavailable' });
  });
});
