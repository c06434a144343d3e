// A server of https answers on loopback, with a certificate of its own.
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { generate } from 'selfsigned';

export interface ServerCertificate {
  readonly certPem: string;
  readonly keyPem: string;
}

export interface HttpsServer {
  /** `https://localhost:PORT` */
  readonly origin: string;
  /** The certificate, which a client has to trust. */
  readonly certificatePem: string;
  close(): Promise<void>;
}

/** @param certificate and its key, PEM; default: one that it has signed itself, for `localhost` */
export async function startHttpsServer(
  listener: RequestListener,
  certificate?: ServerCertificate,
): Promise<HttpsServer> {
  const { certPem: cert, keyPem: key } = certificate ?? (await selfSigned());
  const server = createServer({ key, cert }, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `https://localhost:${(server.address() as AddressInfo).port}`,
    certificatePem: cert,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function selfSigned(): Promise<ServerCertificate> {
  const { private: keyPem, cert: certPem } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  });
  return { certPem, keyPem };
}
