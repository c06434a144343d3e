// A certificate authority of a test's own, which signs for servers and for authorities below it.
import { generate } from 'selfsigned';
import type { ServerCertificate } from './https-server.ts';

export interface AuthorityOptions {
  readonly name?: string;
  /** Default: a year after it is made. */
  readonly expiresAt?: Date;
  /** Default: itself. */
  readonly signedBy?: Authority;
}

export class Authority {
  private constructor(
    readonly certificatePem: string,
    readonly keyPem: string,
  ) {}

  static async create({ name = 'Test', expiresAt, signedBy }: AuthorityOptions = {}): Promise<Authority> {
    const { private: key, cert } = await generate([{ name: 'commonName', value: name }], {
      ...signature,
      ...(expiresAt && { notBeforeDate: new Date(0), notAfterDate: expiresAt }),
      ...(signedBy && { ca: { key: signedBy.keyPem, cert: signedBy.certificatePem } }),
      extensions: [
        { name: 'basicConstraints', cA: true, critical: true },
        { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
      ],
    });
    return new Authority(cert, key);
  }

  /** What a server of this DNS name shows, with the certificates between it and a root after its own. */
  async issue(dnsName: string, between: readonly Authority[] = []): Promise<ServerCertificate> {
    const { private: keyPem, cert } = await generate([{ name: 'commonName', value: dnsName }], {
      ...signature,
      ca: { key: this.keyPem, cert: this.certificatePem },
      extensions: [
        { name: 'basicConstraints', cA: false, critical: true },
        { name: 'extKeyUsage', serverAuth: true },
        { name: 'subjectAltName', altNames: [{ type: 2, value: dnsName }] },
      ],
    });
    const chain = [cert, ...between.map(({ certificatePem }) => certificatePem)];
    return { certPem: chain.map((pem) => `${pem.trim()}\n`).join(''), keyPem };
  }
}

const signature = { keyType: 'ec', algorithm: 'sha256' } as const;
