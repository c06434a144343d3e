// The process that flooded-process.ts starts: an execution environment with little memory, and a flood of what fills it.
import { generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { JwkSets } from '../../service/tokens/jwk-sets.ts';
import { digestOf, TokenVerifier } from '../../service/tokens/token-verifier.ts';
import { furtherTags, registrationWith } from './registrations.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const now = () => Date.parse('2030-04-01T12:00:00Z');
const seconds = now() / 1000;
const encode = (document: unknown) => new TextEncoder().encode(JSON.stringify(document));

/** JWK sets as large as they may be, each under a URL of its own: what one application can register one after another. */
async function replaceJwkSets(): Promise<void> {
  const key = { ...publicKey.export({ format: 'jwk' }), x5c: ['x'.repeat(600)] };
  const documents = [
    { keys: Array(34_000).fill({}) },
    { keys: Array.from({ length: 9_000 }, (_, index) => ({ [index]: 0 })) },
    { keys: Array(100).fill(key) },
  ];
  const bodies = documents.map(encode);
  let fetches = 0;
  const jwkSets = new JwkSets(async () => bodies[fetches++ % bodies.length] as Uint8Array, [], now);
  for (let n = 0; n < 1_500; n += 1) {
    await jwkSets.get(`https://idp.example.com/jwks.json?${n}`, 'Flood').catch(() => undefined);
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

const floods = { replaceJwkSets, verifyHeavyTokens };
await floods[process.argv[2] as keyof typeof floods]();
process.stdout.write('still here\n');
