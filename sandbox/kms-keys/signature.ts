// Signatures as KMS makes them, of a message or of its digest.
import {
  constants,
  type KeyObject,
  privateEncrypt,
  publicDecrypt,
  randomBytes,
  sign,
  verify,
} from 'node:crypto';
import { AwsError } from '../aws-error.ts';
import type { KeyMaterial, SigningAlgorithm } from './key-specs.ts';
import { encodePss, isPssEncoding } from './pss.ts';

export interface SignedMessage {
  readonly bytes: Buffer;
  readonly type: 'RAW' | 'DIGEST';
}

const digestLengths = { sha256: 32, sha384: 48, sha512: 64 } as const;
type HashName = keyof typeof digestLengths;

/** What goes before a digest in PKCS #1: RFC 8017, section 9.2, note 1. */
const digestInfo: Readonly<Record<HashName, string>> = {
  sha256: '3031300d060960864801650304020105000420',
  sha384: '3041300d060960864801650304020205000430',
  sha512: '3051300d060960864801650304020305000440',
};

/**
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html
 * @throws AwsError ValidationException for a digest of another length; NotImplemented for ECDSA over a digest, which Node.js
 * cannot sign as it is
 */
export function signMessage(
  { privateKey }: KeyMaterial,
  algorithm: SigningAlgorithm,
  message: SignedMessage,
): Buffer {
  const hash = hashOf(algorithm);
  requireDigest(algorithm, hash, message);
  if (message.type === 'RAW') return sign(hash, message.bytes, optionsOf(privateKey, algorithm));
  const key = privateKey;
  if (algorithm.startsWith('RSASSA_PKCS1')) {
    const padding = constants.RSA_PKCS1_PADDING;
    return privateEncrypt({ key, padding }, withDigestInfo(hash, message.bytes));
  }
  const salt = randomBytes(digestLengths[hash]);
  const encoded = encodePss(message.bytes, hash, salt, modulusBits(key));
  return privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, encoded);
}

/** Whether the signature is the key's over the message; throws as `signMessage` does. */
export function isSignatureOf(
  { publicKey }: KeyMaterial,
  algorithm: SigningAlgorithm,
  message: SignedMessage,
  signature: Buffer,
): boolean {
  const hash = hashOf(algorithm);
  requireDigest(algorithm, hash, message);
  if (message.type === 'RAW') return verify(hash, message.bytes, optionsOf(publicKey, algorithm), signature);
  const key = publicKey;
  try {
    if (algorithm.startsWith('RSASSA_PKCS1')) {
      const opened = publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, signature);
      return opened.equals(withDigestInfo(hash, message.bytes));
    }
    const encoded = publicDecrypt({ key, padding: constants.RSA_NO_PADDING }, signature);
    return isPssEncoding(encoded, message.bytes, hash, modulusBits(key));
  } catch {
    // What is no signature of this key at all does not open.
    return false;
  }
}

function hashOf(algorithm: SigningAlgorithm): HashName {
  return `sha${algorithm.slice(-3)}` as HashName;
}

function requireDigest(algorithm: SigningAlgorithm, name: HashName, { bytes, type }: SignedMessage): void {
  if (type === 'RAW') return;
  if (bytes.length !== digestLengths[name]) {
    throw new AwsError('ValidationException', `Digest is invalid length for algorithm ${algorithm}.`);
  }
  if (algorithm.startsWith('ECDSA')) {
    throw new AwsError('NotImplemented', `The sandbox does not sign a digest with ${algorithm}.`, 501);
  }
}

function optionsOf(key: KeyObject, algorithm: SigningAlgorithm) {
  if (algorithm.startsWith('ECDSA')) return { key, dsaEncoding: 'der' as const };
  if (algorithm.startsWith('RSASSA_PKCS1')) return { key, padding: constants.RSA_PKCS1_PADDING };
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
}

function withDigestInfo(name: HashName, digest: Buffer): Buffer {
  return Buffer.concat([Buffer.from(digestInfo[name], 'hex'), digest]);
}

function modulusBits(key: KeyObject): number {
  return key.asymmetricKeyDetails?.modulusLength ?? 0;
}
