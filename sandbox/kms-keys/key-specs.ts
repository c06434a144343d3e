// The kinds of keys: how one is made, and which algorithms sign with it.
import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { AwsError } from '../aws-error.ts';

const generate = promisify(generateKeyPair);

const rsaAlgorithms = [
  'RSASSA_PKCS1_V1_5_SHA_256',
  'RSASSA_PKCS1_V1_5_SHA_384',
  'RSASSA_PKCS1_V1_5_SHA_512',
  'RSASSA_PSS_SHA_256',
  'RSASSA_PSS_SHA_384',
  'RSASSA_PSS_SHA_512',
] as const;
const ecAlgorithms = ['ECDSA_SHA_256', 'ECDSA_SHA_384', 'ECDSA_SHA_512'] as const;

export const signingAlgorithms = [...rsaAlgorithms, ...ecAlgorithms] as const;
export type SigningAlgorithm = (typeof signingAlgorithms)[number];

export interface KeyMaterial {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

interface Specification {
  /** https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html */
  readonly algorithms: readonly SigningAlgorithm[];
  readonly make: () => Promise<KeyMaterial>;
}

const rsa = (modulusLength: number): Specification => ({
  algorithms: rsaAlgorithms,
  make: () => generate('rsa', { modulusLength }),
});
const ec = (namedCurve: string, algorithm: SigningAlgorithm): Specification => ({
  algorithms: [algorithm],
  make: () => generate('ec', { namedCurve }),
});

const specifications = {
  RSA_2048: rsa(2_048),
  RSA_3072: rsa(3_072),
  RSA_4096: rsa(4_096),
  ECC_NIST_P256: ec('P-256', 'ECDSA_SHA_256'),
  ECC_NIST_P384: ec('P-384', 'ECDSA_SHA_384'),
  ECC_NIST_P521: ec('P-521', 'ECDSA_SHA_512'),
  ECC_SECG_P256K1: ec('secp256k1', 'ECDSA_SHA_256'),
  SYMMETRIC_DEFAULT: {
    algorithms: [],
    make: () => {
      throw new AwsError('NotImplemented', 'A symmetric key has no pair.', 501);
    },
  },
} satisfies Record<string, Specification>;

export type KeySpec = keyof typeof specifications;

export function specificationOf(spec: KeySpec): Specification {
  return specifications[spec];
}

/** @throws Error that names a kind of key which the sandbox has not */
export function requireKeySpec(text: string): KeySpec {
  if (Object.hasOwn(specifications, text)) return text as KeySpec;
  throw new Error(`the sandbox has no KMS keys of the kind ${text}`);
}
