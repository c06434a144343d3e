// Whom the story's people sign in with: an issuer on loopback that IAM Identity Center is told to trust, and their tokens.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

export interface Issuer {
  readonly url: string;
  readonly jwks: { readonly keys: readonly object[] };
  /** An ID token, which is exchanged once: it has an id of its own. */
  tokenOf(email: string, claims?: Readonly<Record<string, string>>): Promise<string>;
  close(): Promise<void>;
}

const ALG = 'RS256';
const KID = 'shopfast';
const LIFE_SECONDS = 600;

/** @param audience whom its tokens are for */
export async function startIssuer(audience: string): Promise<Issuer> {
  const { privateKey, publicKey } = await generateKeyPair(ALG);
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), alg: ALG, kid: KID, use: 'sig' }] };
  const documents = new Map<string, () => object>([
    ['/.well-known/openid-configuration', () => ({ issuer: url, jwks_uri: `${url}/jwks.json` })],
    ['/jwks.json', () => jwks],
  ]);
  const server = createServer((request, response) => {
    const document = documents.get(request.url ?? '');
    response.writeHead(document ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(document?.() ?? {}));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    jwks,
    tokenOf(email, claims = {}) {
      const now = Math.floor(Date.now() / 1_000);
      return new SignJWT({ email, ...claims })
        .setProtectedHeader({ alg: ALG, kid: KID })
        .setIssuer(url)
        .setAudience(audience)
        .setSubject(email)
        .setJti(randomUUID())
        .setIssuedAt(now)
        .setExpirationTime(now + LIFE_SECONDS)
        .sign(privateKey);
    },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((closed) => server.close(() => closed()));
    },
  };
}
