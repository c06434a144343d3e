// The sandbox's certificate authority: made afresh at every start, for names of loopback only.
import { isIP } from 'node:net';
import { generate } from 'selfsigned';

export interface CertificateAuthority {
  /** The authority's certificate: what NODE_EXTRA_CA_CERTS and `curl --cacert` are given. */
  readonly caPem: string;
  /** The server's certificate, signed by the authority. */
  readonly certPem: string;
  /** The server's private key, PKCS #8. */
  readonly keyPem: string;
}

/**
 * An authority and one server certificate for the names, DNS names or IP addresses; the first is the
 * common name. Both are P-256 and hold for a year. The authority's own key is forgotten: it signs once.
 */
export async function createCertificateAuthority(names: readonly string[]): Promise<CertificateAuthority> {
  const [commonName] = names;
  if (commonName === undefined) throw new Error('A server certificate needs at least one name');
  const authority = await generate([{ name: 'commonName', value: 'IAM Session Broker sandbox' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: 'commonName', value: commonName }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: names.map((name) => (isIP(name) ? { type: 7, ip: name } : { type: 2, value: name })),
      },
    ],
  });
  return { caPem: authority.cert, certPem: server.cert, keyPem: server.private };
}
