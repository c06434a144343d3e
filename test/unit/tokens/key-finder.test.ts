// The key finder: keys that say whose they are verify nobody else's tokens.
import { beforeAll, describe, expect, it } from 'vitest';
import { keyFinderOf, selectionsOf } from '../../../service/tokens/key-finder.ts';
import { generateSigningKey, type SigningKey } from '../../support/signing-keys.ts';

const TENANT = '11111111-2222-4333-8444-555555555555';
const CONSUMERS = '9188040d-6c67-4c5b-b112-36a304b66dad';
const issuerOf = (tenant: string) => `https://login.microsoftonline.com/${tenant}/v2.0`;

let key: SigningKey;

beforeAll(async () => {
  key = await generateSigningKey('ES256', 'key');
});

/** Whether the key is found for a token with these claims, published with this issuer. */
async function isFound(issuer: string | undefined, claims: Record<string, unknown>): Promise<boolean> {
  const token = await key.sign(claims);
  const find = keyFinderOf([{ ...key.publicJwk, ...(issuer !== undefined && { issuer }) }]);
  return find({ alg: 'ES256', kid: 'key' }, token).then(
    () => true,
    () => false,
  );
}

describe('a key', () => {
  it.each<[string, string | undefined, Record<string, unknown>, boolean]>([
    ['without an issuer verifies any token', undefined, { iss: 'https://idp.example.com' }, true],
    ['verifies a token of its issuer', issuerOf(TENANT), { iss: issuerOf(TENANT) }, true],
    ['verifies no token of another', issuerOf(TENANT), { iss: issuerOf(CONSUMERS), tid: TENANT }, false],
    ['verifies no token without an issuer', issuerOf(TENANT), { tid: TENANT }, false],
    [
      'of all tenants verifies a token of each',
      issuerOf('{tenantid}'),
      { iss: issuerOf(TENANT), tid: TENANT },
      true,
    ],
    [
      'of all tenants verifies no token that says it is of two',
      issuerOf('{tenantid}'),
      { iss: issuerOf(TENANT), tid: CONSUMERS },
      false,
    ],
    ['of all tenants verifies no token of none', issuerOf('{tenantid}'), { iss: issuerOf('') }, false],
    [
      'of all tenants verifies no token whose tenant is more than a part of an address',
      issuerOf('{tenantid}'),
      { iss: issuerOf('a/b'), tid: 'a/b' },
      false,
    ],
    ['does not go by a member of every object', issuerOf('{constructor}'), { iss: issuerOf('x') }, false],
  ])('%s', async (_, issuer, claims, expected) => {
    expect(await isFound(issuer, claims)).toBe(expected);
  });

  it('is chosen by its issuer where two have one id', async () => {
    const other = await generateSigningKey('ES256', 'key');
    const find = keyFinderOf([
      { ...key.publicJwk, issuer: issuerOf(TENANT) },
      { ...other.publicJwk, issuer: issuerOf(CONSUMERS) },
    ]);
    const found = async (tenant: string) =>
      find({ alg: 'ES256', kid: 'key' }, await key.sign({ iss: issuerOf(tenant) }));
    expect(await found(TENANT)).not.toBe(await found(CONSUMERS));
    expect(await found(TENANT)).toBe(await found(TENANT));
  });

  it('is reckoned once more where tokens can select', () => {
    expect(selectionsOf([key.publicJwk])).toBe(1);
    expect(selectionsOf([key.publicJwk, { ...key.publicJwk, issuer: issuerOf(TENANT) }])).toBe(2);
  });
});
