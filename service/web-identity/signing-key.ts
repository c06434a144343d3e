// The portal's signing key: it stays in KMS, which signs digests; its public half is what others verify with.
import { createPublicKey, hash } from 'node:crypto';
import { GetPublicKeyCommand, type KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { calculateJwkThumbprint, type JWK } from 'jose';
import { PortalError } from '../portal-errors.ts';

/** A key as a JWK set publishes it: RFC 7517, section 4. */
export interface PublishedKey extends JWK {
  readonly kid: string;
  readonly alg: 'RS256';
  readonly use: 'sig';
}

export class SigningKey {
  #published: Promise<PublishedKey> | undefined;

  /** @param keyId id or ARN of an RSA key with the usage SIGN_VERIFY */
  constructor(
    private readonly client: KMSClient,
    private readonly keyId: string,
  ) {}

  /** The public half, read once: KMS never changes a key's material. @throws PortalError SigningKeyUnavailable */
  published(): Promise<PublishedKey> {
    this.#published ??= this.#read().catch((cause: unknown) => {
      // What failed is asked for again.
      this.#published = undefined;
      throw unavailable(cause);
    });
    return this.#published;
  }

  /** Signs as RS256 does: RFC 7518, section 3.3. @throws PortalError SigningKeyUnavailable */
  async sign(input: string): Promise<Uint8Array> {
    try {
      const { Signature } = await this.client.send(
        new SignCommand({
          KeyId: this.keyId,
          Message: hash('sha256', input, 'buffer'),
          MessageType: 'DIGEST',
          SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256',
        }),
      );
      if (!Signature) throw new Error('KMS answered without a signature');
      return Signature;
    } catch (cause) {
      throw unavailable(cause);
    }
  }

  async #read(): Promise<PublishedKey> {
    const { PublicKey } = await this.client.send(new GetPublicKeyCommand({ KeyId: this.keyId }));
    if (!PublicKey) throw new Error('KMS answered without a public key');
    const key = createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' });
    if (key.asymmetricKeyType !== 'rsa') throw new Error('the signing key must be an RSA key');
    const { kty, n, e } = key.export({ format: 'jwk' });
    const jwk = { kty, n, e } as JWK;
    // The thumbprint names the key the same wherever it is reckoned: RFC 7638.
    return { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: 'RS256', use: 'sig' };
  }
}

function unavailable(cause: unknown): PortalError {
  return new PortalError('SigningKeyUnavailable', 'the signing key of the portal did not answer', { cause });
}
