// Tokens as an identity provider signs them: RS256 with 2048 bits, the claims of an ID token.
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { JSONWebKeySet } from 'jose';

export interface TokenKey {
  /** PKCS #8, PEM. */
  readonly privateKeyPem: string;
  /** SPKI, PEM. */
  readonly publicKeyPem: string;
  readonly jwks: JSONWebKeySet;
}

const kid = 'bench-key';

export function generateTokenKey(): TokenKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' }] },
  };
}

export interface TokenOptions {
  readonly tenant: string;
  /** Distinguishes the tokens of one tenant. */
  readonly number?: number;
  /** Length of the token, in characters, at least; made up by a list of groups. */
  readonly length?: number;
}

/** An ID token of about 900 characters, or longer, valid for two hours. */
export function signToken(privateKey: KeyObject, { tenant, number = 0, length = 0 }: TokenOptions): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    sub: `1a2b3c4d-5e6f-7a8b-9c0d-${String(number).padStart(12, '0')}`,
    iss: 'https://localhost',
    aud: '1example23456789',
    token_use: 'id',
    auth_time: now,
    iat: now,
    exp: now + 7_200,
    email: 'someone@example.com',
    'cognito:username': 'someone',
    'custom:tenant_id': tenant,
    'custom:role': 'Admin',
  };
  const token = signed(privateKey, claims);
  const missing = length - token.length;
  if (missing <= 0) return token;
  const perGroup = 14;
  const groups = Array.from({ length: Math.ceil((missing * 0.75) / perGroup) }, (_, index) =>
    `group-${index}`.padEnd(perGroup - 3, 'x'),
  );
  return signed(privateKey, { ...claims, groups });
}

function signed(privateKey: KeyObject, claims: object): string {
  const input = `${encoded({ alg: 'RS256', typ: 'JWT', kid })}.${encoded(claims)}`;
  return `${input}.${sign('RSA-SHA256', Buffer.from(input), privateKey).toString('base64url')}`;
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
