// A KMS key: what it is made of, what it is for, and its policy.
import type { PolicyDocument } from '../identities/identity.ts';
import type { KeyMaterial, KeySpec } from './key-specs.ts';

export type KeyUsage = 'SIGN_VERIFY' | 'ENCRYPT_DECRYPT';

export interface KmsKey {
  /** A UUID. */
  readonly keyId: string;
  readonly arn: string;
  readonly spec: KeySpec;
  readonly usage: KeyUsage;
  readonly description: string;
  readonly createdAt: number;
  /** A disabled key signs nothing. */
  isEnabled: boolean;
  /** As KMS keeps it, with unique ids for principals; `KmsKeys.shownPolicy` has the ARNs. */
  readonly policy: PolicyDocument;
  /** Made when it is first asked for: a key of 4,096 bits takes seconds, and most are never used. */
  material(): Promise<KeyMaterial>;
  /** 32 bytes, of a symmetric key: what encrypts; see ciphertext.ts. */
  readonly secret: Buffer;
}

/** The key that a request names, and the alias by which it does. */
export interface NamedKey {
  readonly key: KmsKey;
  /** `alias/NAME` */
  readonly alias: string | undefined;
}
