// The signature of a token: whether a key verifies it, on the calling thread.
import { constants, KeyObject, type VerifyKeyObjectInput, verify, type webcrypto } from 'node:crypto';

type CryptoKey = webcrypto.CryptoKey;
type RsaKeyAlgorithm = webcrypto.RsaHashedKeyAlgorithm;

/** Bits. RFC 7518, sections 3.3 and 3.5: shorter RSA keys must not be used. Longer ones take milliseconds to verify with. */
const MODULUS_LENGTH = { minimum: 2048, maximum: 8192 };
/** Bytes. A longer public exponent makes verifying as slow as signing. */
const MAX_EXPONENT_LENGTH = 8;
/** RFC 7518, section 3.4: a curve has one digest. */
const digestOfCurve: Readonly<Record<string, string>> = {
  'P-256': 'sha256',
  'P-384': 'sha384',
  'P-521': 'sha512',
};

/** The key is not one to verify tokens with. */
export class UnusableKey extends Error {
  override readonly name = 'UnusableKey';
}

/**
 * A public key that can verify tokens. How it does is the key's to say, which was imported for one algorithm, and not
 * the token's (RFC 8725, section 3.1).
 */
export class VerificationKey {
  readonly #key: CryptoKey;
  readonly #scheme: Scheme;

  /** @throws UnusableKey where it is too short, takes too long, or is of no algorithm that a token may have */
  constructor(key: CryptoKey) {
    this.#key = key;
    this.#scheme = schemeOf(key);
  }

  /**
   * Whether the signature is this key's: RFC 7515, section 5.2, step 8, for the algorithms of RFC 7518, sections 3.3
   * to 3.5, and RFC 8037, section 3.1.
   *
   * @param signingInput header and payload as they came, with the dot between them
   */
  verifies(signingInput: Uint8Array, signature: Uint8Array): boolean {
    const [digest, options] = this.#scheme;
    return verify(digest, signingInput, { key: KeyObject.from(this.#key), ...options }, signature);
  }
}

/** Name of the digest, null where the algorithm has its own, and what else `crypto.verify` needs to know. */
type Scheme = readonly [digest: string | null, options: Omit<VerifyKeyObjectInput, 'key'>];

function schemeOf({ algorithm }: CryptoKey): Scheme {
  switch (algorithm.name) {
    case 'RSASSA-PKCS1-v1_5':
      return [rsaDigestOf(algorithm as RsaKeyAlgorithm), { padding: constants.RSA_PKCS1_PADDING }];
    case 'RSA-PSS':
      return [
        rsaDigestOf(algorithm as RsaKeyAlgorithm),
        { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
      ];
    case 'ECDSA': {
      const digest = digestOfCurve[(algorithm as webcrypto.EcKeyAlgorithm).namedCurve];
      if (digest === undefined) throw new UnusableKey('an ECDSA key of another curve');
      return [digest, { dsaEncoding: 'ieee-p1363' }];
    }
    case 'Ed25519':
      return [null, {}];
    default:
      throw new UnusableKey(`a key for ${algorithm.name}`);
  }
}

/** `SHA-256` is `sha256` to OpenSSL. */
function rsaDigestOf({ modulusLength, publicExponent, hash: { name } }: RsaKeyAlgorithm): string {
  const { minimum, maximum } = MODULUS_LENGTH;
  if (!(modulusLength >= minimum && modulusLength <= maximum)) {
    throw new UnusableKey(`an RSA key of ${modulusLength} bits`);
  }
  if (publicExponent.length > MAX_EXPONENT_LENGTH) throw new UnusableKey('an RSA key with a long exponent');
  return name.replace('-', '').toLowerCase();
}
