// The tokens of many tenants, in a file: as in Lambda, the process that is measured does not keep them.
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JSONWebKeySet } from 'jose';

/** ES256: a signature of RS256 takes twenty times as long, and there are many. */
export interface TenantKey {
  readonly privateKey: KeyObject;
  readonly jwks: JSONWebKeySet;
}

const kid = 'tenant-key';

export function generateTenantKey(): TenantKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    privateKey,
    jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' }] },
  };
}

/** A token of this tenant, of about `length` characters or as few as it takes, valid for two hours. */
export function signTenantToken({ privateKey }: TenantKey, tenant: number, length = 0): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    sub: '1a2b3c4d-5e6f-7a8b-9c0d-1e2f3a4b5c6d',
    iss: 'https://localhost',
    iat: now,
    exp: now + 7_200,
    'custom:tenant_id': `tenant-${String(tenant).padStart(8, '0')}`,
  };
  const token = signed(privateKey, claims);
  const missing = length - token.length;
  const padding = Math.floor(missing * 0.75) - ',"padding":""'.length;
  return padding < 0 ? token : signed(privateKey, { ...claims, padding: 'x'.repeat(padding) });
}

function signed(key: KeyObject, claims: object): string {
  const input = `${encoded({ alg: 'ES256', typ: 'JWT', kid })}.${encoded(claims)}`;
  // RFC 7518, section 3.4: R and S side by side, and no DER.
  const signature = sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

export interface TokenFile {
  readonly path: string;
  /** Characters of each token. */
  readonly length: number;
  readonly tenants: number;
}

/** Writes a token for each tenant from 0 on. */
export function writeTokens(key: TenantKey, tenants: number): TokenFile & { remove(): void } {
  const directory = mkdtempSync(join(tmpdir(), 'iam-session-broker-bench-'));
  const path = join(directory, 'tokens');
  const file = openSync(path, 'w');
  const { length } = signTenantToken(key, 0);
  for (let tenant = 0; tenant < tenants; tenant += 1) {
    const token = signTenantToken(key, tenant);
    if (token.length !== length) throw new Error('the tokens differ in length');
    writeSync(file, token);
  }
  closeSync(file);
  return { path, length, tenants, remove: () => rmSync(directory, { recursive: true }) };
}

/** Reads a tenant's token, as new as in an event. */
export function openTokens({ path, length }: TokenFile): (tenant: number) => string {
  const file = openSync(path, 'r');
  const buffer = Buffer.alloc(length);
  return (tenant) => {
    readSync(file, buffer, 0, length, tenant * length);
    return buffer.toString('latin1');
  };
}
