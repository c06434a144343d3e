// Several issuers end to end: each speaks for its own tenant, whatever its tokens claim.
import { beforeAll, describe, expect, it } from 'vitest';
import { generateSigningKey, type SigningKey } from '../support/signing-keys.ts';
import type { BrokerApplication } from './support/broker.ts';
import { broker, sandbox, useBroker } from './support/broker-sandbox.ts';

useBroker();

type Name = 'a' | 'b' | 'c';
let keys: Readonly<Record<Name, SigningKey>>;
let urls: Readonly<Record<Name, string>>;
let app: BrokerApplication;

const issuerOf = (name: string) => `https://${name}.example.com`;
const pathOf = (name: string) => `/${name}/keys.json`;

beforeAll(async () => {
  // One key id: only the URL tells whose key it is.
  const [a, b, c] = await Promise.all([1, 2, 3].map(() => generateSigningKey('ES256', 'key')));
  keys = { a, b, c } as typeof keys;
  const published = Object.entries(keys).map(([name, { publicJwk }]) => [
    name,
    sandbox.jwks.publish(pathOf(name), { keys: [publicJwk] }),
  ]);
  urls = Object.fromEntries(published);
  app = broker.createApplication('Federated');
  const { JWKSetURL, ...registration } = app.registration();
  const Issuers = [
    { Issuer: issuerOf('a'), JWKSetURL: urls.a, SessionTagValue: 'Yellow' },
    { Issuer: issuerOf('b'), JWKSetURL: urls.b, SessionTagValue: 'Blue' },
    { Issuer: issuerOf('c'), JWKSetURL: urls.c },
  ];
  const answer = await app.call('POST', 'applications', { ...registration, Issuers });
  expect(answer).toMatchObject({ status: 201, body: { Issuers } });
});

/** A token by the key of one, in the name of one. */
const tokenOf = (signer: Name, tenant?: string, named: string = signer) =>
  keys[signer].sign({
    iss: issuerOf(named),
    exp: Math.floor(Date.now() / 1000) + 600,
    ...(tenant !== undefined && { 'custom:tenant_id': tenant }),
  });
const ask = async (token: Promise<string>) => app.call('POST', 'credentials', { JWT: await token });
async function tenantOf(token: Promise<string>) {
  const { status, body } = await ask(token);
  expect(status).toBe(200);
  return broker.sessionOf(body).principalTags.get('TenantID');
}

describe('an issuer with a tenant of its own', () => {
  it('speaks for it, whatever its tokens claim, and for no other', async () => {
    expect(await tenantOf(tokenOf('b', 'Yellow'))).toBe('Blue');
    expect(await tenantOf(tokenOf('b', 'Green'))).toBe('Blue');
    expect(await tenantOf(tokenOf('b'))).toBe('Blue');
    expect(await tenantOf(tokenOf('a', 'Blue'))).toBe('Yellow');
  });

  it('is not spoken for by another, in whose name it ever signs', async () => {
    for (const signer of ['b', 'c'] as const) {
      expect(await ask(tokenOf(signer, 'Yellow', 'a'))).toMatchObject({
        status: 403,
        body: { code: 'TokenSignatureInvalid' },
      });
    }
    expect(await ask(tokenOf('a', 'Yellow', 'd'))).toMatchObject({
      status: 403,
      body: { code: 'TokenIssuerMismatch' },
    });
  });

  it('has it to itself: who may name any tenant may not name that one', async () => {
    expect(await tenantOf(tokenOf('c', 'Green'))).toBe('Green');
    for (const tenant of ['Yellow', 'Blue']) {
      expect(await ask(tokenOf('c', tenant))).toMatchObject({
        status: 403,
        body: { code: 'ClaimNotAllowed' },
      });
    }
  });
});

it('the keys of all issuers are tried when they are registered and fetched once, whoever’s turn it is', async () => {
  const all = ['a', 'b', 'c'] as const;
  for (const name of [...all, ...all, ...all]) await tenantOf(tokenOf(name, 'Green'));
  expect(all.map((name) => sandbox.jwks.requestCount(pathOf(name)))).toEqual([2, 2, 2]);
});
