// The process that flooded-process.ts starts: an execution environment with little memory, and a flood of what fills it.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { SignJWT } from 'jose';
import {
  CredentialsManager,
  type CredentialsManagerParts,
} from '../../service/broker/credentials-manager.ts';
import { readRequest } from '../../service/broker/request.ts';
import type { Item } from '../../service/registrations/access-metadata-table.ts';
import { parseRegistration } from '../../service/registrations/registration.ts';
import {
  itemOf,
  type StoredRegistration,
  storedOf,
} from '../../service/registrations/stored-registration.ts';
import { JwkSets } from '../../service/tokens/jwk-sets.ts';
import { VerificationKey } from '../../service/tokens/signature.ts';
import { digestOf, TokenVerifier } from '../../service/tokens/token-verifier.ts';
import { deployment } from './callers.ts';
import { eventOf } from './events.ts';
import { furtherTags, registrationWith, storedWith } from './registrations.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const now = () => Date.parse('2030-04-01T12:00:00Z');
const seconds = now() / 1000;
const encode = (document: unknown) => new TextEncoder().encode(JSON.stringify(document));

/** JWK sets as large as they may be, each under a URL of its own. @param ownerOf the one that asks first */
async function getJwkSets(ownerOf: (n: number) => string): Promise<void> {
  const key = { ...publicKey.export({ format: 'jwk' }), x5c: ['x'.repeat(600)] };
  const documents = [
    { keys: Array(34_000).fill({}) },
    { keys: Array.from({ length: 9_000 }, (_, index) => ({ [index]: 0 })) },
    { keys: Array.from({ length: 100 }, (_, index) => ({ ...key, kid: `key-${index}` })) },
  ];
  const bodies = documents.map(encode);
  let fetches = 0;
  const jwkSets = new JwkSets(async () => bodies[fetches++ % bodies.length] as Uint8Array, [], now);
  for (let n = 0; n < 1_500; n += 1) {
    await jwkSets.get(`https://idp.example.com/jwks.json?${n}`, ownerOf(n)).catch(() => undefined);
  }
}

const replaceJwkSets = () => getJwkSets(() => 'Flood');
const fillJwkSets = () => getJwkSets((n) => `App${n}`);

/** Sets of as many RSA keys as there may be, each used with every algorithm, by one application after another. */
async function useRsaKeys(): Promise<void> {
  const jwk = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
  const kids = Array.from({ length: 100 }, (_, index) => `key-${index}`);
  const body = encode({ keys: kids.map((kid) => ({ ...jwk, kid })) });
  const [signingInput, signature] = [randomBytes(100), randomBytes(256)];
  const jwkSets = new JwkSets(async () => body, [], now);
  for (let n = 0; n < 50; n += 1) {
    const { findKey } = await jwkSets.get(`https://idp.example.com/jwks.json?${n}`, `App${n}`);
    for (const kid of kids) {
      for (const alg of ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']) {
        new VerificationKey(await findKey({ alg, kid }, 'e30.e30.e30')).verifies(signingInput, signature);
      }
    }
  }
}

/** Tokens with 45 tags of 256 letters that take up two bytes each. */
async function verifyHeavyTokens(): Promise<void> {
  const names = Array.from({ length: 45 }, (_, index) => `claim${index}`);
  const rules = registrationWith({ sessionTags: furtherTags(...names.map((name) => [name, name] as const)) });
  const jwks = encode({ keys: [publicKey.export({ format: 'jwk' })] });
  const options = { tokenCacheSeconds: 300, maxCachedSessions: 100_000 };
  const verifier = new TokenVerifier(new JwkSets(async () => jwks, [], now), now, options);
  const claims = Object.fromEntries(names.map((name) => [name, 'ж'.repeat(256)]));
  const token = await new SignJWT({ ...claims, 'custom:tenant_id': 'Yellow', exp: seconds + 3600 })
    .setProtectedHeader({ alg: 'ES256' })
    .sign(privateKey);
  for (let n = 0; n < 8_000; n += 1) {
    await verifier.verify(token, digestOf(token), rules, { owner: 'Flood', version: `version-${n}` });
  }
}

/** A registration of as many objects as fit into one, read from the table as often as this is called. */
function readLargeRegistration(): StoredRegistration {
  const RequiredClaims = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`c${index}`, true]));
  const Issuers = Array.from({ length: 100 }, (_, index) => ({
    Issuer: `https://${index}`,
    JWKSetURL: `https://idp.example.com/${index}`,
    RequiredClaims,
  }));
  return storedOf({ ...itemOf(storedWith()), Issuers, JWKSetURL: undefined } as Item, parseRegistration);
}

/** One application after another asks for the first of its hundred JWK sets, and for no more. */
async function askWithManyIssuers(): Promise<void> {
  const body = encode({ keys: [publicKey.export({ format: 'jwk' })] });
  const jwkSets = new JwkSets(async () => body, [], now);
  for (let n = 0; n < 200; n += 1) {
    await jwkSets.get('https://idp.example.com/0', `App${n}`, readLargeRegistration().issuers);
    // As each request is an event of its own: what is referred to weakly is held until its event ends.
    await new Promise(setImmediate);
  }
}

/** Every registration that is read serves one token, which is remembered. */
async function issueByManyReadings(): Promise<void> {
  const remembered: object[] = [];
  const parts = {
    deployment: { ...deployment, requirePinnedTrust: false, requireIssuer: false, requireAudience: false },
    usagePlans: { begin: async () => undefined },
    accessMetadata: { get: async () => readLargeRegistration() },
    tokenVerifier: {
      verify: async () => {
        const token = { claims: { 'custom:tenant_id': 'Yellow' }, identity: {} };
        remembered.push(token);
        return token;
      },
    },
    provider: { cached: () => ({}) },
  };
  const manager = new CredentialsManager({ ...parts, registrars: [] } as unknown as CredentialsManagerParts);
  const request = readRequest(eventOf('POST /credentials', { body: { JWT: 'token' } }));
  for (let n = 0; n < 200; n += 1) {
    await manager.issueCredentials(request, { operation: 'GetCredentials', requestId: '', startedAt: 0 });
  }
  if (remembered.length !== 200) throw new Error('not all tokens were served');
}

const floods = {
  replaceJwkSets,
  fillJwkSets,
  useRsaKeys,
  verifyHeavyTokens,
  askWithManyIssuers,
  issueByManyReadings,
};
const before = process.memoryUsage.rss();
await floods[process.argv[2] as keyof typeof floods]();
globalThis.gc?.();
const grownMb = (process.memoryUsage.rss() - before) / 1024 / 1024;
process.stdout.write(`${JSON.stringify({ grownMb })}\n`);
