// Keys that an identity provider signs with, and the certificates that its metadata has of them.
import { generateKeyPairSync } from 'node:crypto';
import { generate } from 'selfsigned';

export interface SigningCertificate {
  readonly keyPem: string;
  readonly certificatePem: string;
}

export interface CertificateOptions {
  readonly keyType?: 'rsa' | 'ec';
  /** Default: 2048. */
  readonly keySize?: number;
  /** Default: 65537. */
  readonly publicExponent?: number;
  /** Default: 2029 to 2031, about when the tests' clock stands. */
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

/** RSA keys take a tenth of a second: once a test file will do. */
export async function createSigningCertificate({
  keyType = 'rsa',
  keySize = 2_048,
  publicExponent,
  notBefore = new Date('2029-01-01T00:00:00Z'),
  notAfter = new Date('2031-01-01T00:00:00Z'),
}: CertificateOptions = {}): Promise<SigningCertificate> {
  const { private: keyPem, cert } = await generate([{ name: 'commonName', value: 'idp.example.com' }], {
    keyType,
    keySize,
    ...(publicExponent !== undefined && { keyPair: rsaKeyPair(keySize, publicExponent) }),
    algorithm: 'sha256',
    notBeforeDate: notBefore,
    notAfterDate: notAfter,
  });
  return { keyPem, certificatePem: cert };
}

function rsaKeyPair(modulusLength: number, publicExponent: number) {
  return generateKeyPairSync('rsa', {
    modulusLength,
    publicExponent,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

/** As metadata and KeyInfo have it: base64 without the lines around it. */
export function bareCertificate({ certificatePem }: Pick<SigningCertificate, 'certificatePem'>): string {
  return certificatePem.replace(/-----[^-]+-----|\s/g, '');
}
