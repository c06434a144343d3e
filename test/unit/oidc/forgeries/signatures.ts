// Forgeries of how an ID token is signed: weakly, by another, not at all, or after something was changed.
import { generateKeyPairSync, sign } from 'node:crypto';
import { exportSPKI, importJWK } from 'jose';
import type { OidcProvider, ProviderKey } from '../../../support/oidc/provider.ts';
import { CANARY, type Forgery, MALLORY } from './forgery.ts';

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const pemOf = async ({ jwk }: ProviderKey) => exportSPKI((await importJWK(jwk, 'RS256')) as CryptoKey);
const withPayload = (token: string, change: (claims: Record<string, unknown>) => unknown) => {
  const [header, payload = '', signature] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
  return [header, part(change(claims)), signature].join('.');
};
const relabelled = (alg: string) => ({
  token: (usual: string) => [part({ alg, kid: 'first' }), ...usual.split('.').slice(1)].join('.'),
});
const announcing =
  (...algorithms: string[]) =>
  (kit: { readonly provider: OidcProvider }) => {
    kit.provider.published = { id_token_signing_alg_values_supported: algorithms };
  };
const publishing =
  (change: (jwk: ProviderKey['jwk']) => object) =>
  ({ provider }: { readonly provider: OidcProvider }) => {
    provider.keys = provider.keys.map((key) => ({ ...key, jwk: change(key.jwk) as ProviderKey['jwk'] }));
  };

/** The library signs with no key that is as short as this. */
function byShortKey({ provider }: { readonly provider: OidcProvider }) {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'short', alg: 'RS256' } as ProviderKey['jwk'];
  provider.keys = provider.keys.map((key) => ({ ...key, jwk }));
  return {
    token: (usual: string) => {
      const input = `${part({ alg: 'RS256', kid: 'short' })}.${usual.split('.')[1]}`;
      return `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`;
    },
  };
}

export const signatures: readonly Forgery[] = [
  ...['none', 'None', 'NONE', ''].map((alg) => ({
    name: `a token that is not signed (alg “${alg}”)`,
    issuing: {
      token: (usual: string) => [part({ alg }), usual.split('.')[1], ''].join('.'),
    },
    refused: 'SignatureNotAllowed' as const,
  })),
  {
    name: 'a token that is not signed, although its provider announces such',
    before: announcing('none', 'RS256'),
    issuing: { alg: 'none' },
    refused: 'SignatureNotAllowed',
  },
  {
    name: 'a token signed with the public key as a secret',
    issuing: async ({ genuine }) => ({ alg: 'HS256', secret: await pemOf(genuine) }),
    refused: 'SignatureNotAllowed',
  },
  {
    name: 'a token signed with the public key as a secret, although its provider announces such',
    before: announcing('HS256', 'RS256'),
    issuing: async ({ genuine }) => ({ alg: 'HS256', secret: await pemOf(genuine) }),
    refused: 'SignatureNotAllowed',
  },
  {
    name: 'a token signed with an empty secret',
    issuing: { alg: 'HS256', secret: '' },
    refused: 'SignatureNotAllowed',
  },
  {
    name: 'a token signed by an algorithm that its provider does not announce',
    issuing: relabelled('RS512'),
    refused: 'SignatureNotAllowed',
  },
  {
    name: 'a token signed by another’s key, under the name of the provider’s',
    issuing: ({ stranger }) => ({ key: stranger.privateKey }),
    refused: 'SignatureInvalid',
    says: 'does not verify',
  },
  {
    name: 'a token signed by another’s key, which it brings along',
    issuing: ({ stranger }) => ({ key: stranger.privateKey, header: { jwk: stranger.jwk } }),
    refused: 'SignatureInvalid',
    says: 'does not verify',
  },
  {
    name: 'a token signed by another’s key, which it says where to find',
    issuing: ({ stranger }) => ({
      key: stranger.privateKey,
      kid: stranger.kid,
      header: { jku: 'https://evil.example.com/keys' },
    }),
    refused: 'SignatureInvalid',
    says: 'no one key',
  },
  {
    name: 'a token that names no key, of a provider that has two',
    before: ({ provider, stranger }) => {
      provider.keys = [...provider.keys, stranger];
    },
    issuing: { header: { kid: undefined } },
    refused: 'SignatureInvalid',
    says: 'no one key',
  },
  {
    name: 'a token that names a key of another kind',
    issuing: relabelled('ES256'),
    refused: 'SignatureInvalid',
    says: 'no one key',
  },
  {
    name: 'a token by a key that is there for encryption',
    before: publishing((jwk) => ({ ...jwk, use: 'enc' })),
    refused: 'SignatureInvalid',
    says: 'no one key',
  },
  {
    name: 'a token by a key that is there for another algorithm',
    before: publishing((jwk) => ({ ...jwk, alg: 'RS384' })),
    refused: 'SignatureInvalid',
    says: 'no one key',
  },
  { name: 'a token by an RSA key of 1024 bits', issuing: byShortKey, refused: 'SignatureNotAllowed' },
  {
    name: 'a token by a key that is none',
    before: publishing(({ n: _, ...jwk }) => jwk),
    refused: 'ResponseMalformed',
  },
  {
    name: 'a token whose subject was changed after it was signed',
    issuing: { token: (usual) => withPayload(usual, (all) => ({ ...all, sub: MALLORY })) },
    refused: 'SignatureInvalid',
    says: 'does not verify',
  },
  {
    name: 'a token without its signature',
    issuing: { token: (usual) => usual.replace(/[^.]*$/, '') },
    refused: 'SignatureInvalid',
    says: 'does not verify',
  },
  {
    name: 'a token that must be understood in a way that nobody knows',
    issuing: { header: { crit: ['https://example.com/ext'], 'https://example.com/ext': 1 } },
    refused: 'SignatureNotAllowed',
  },
  {
    name: 'a token that is encrypted',
    issuing: { token: (usual) => `${usual}.${CANARY}.${CANARY}` },
    refused: 'SignatureNotAllowed',
  },
  ...[
    ['no token', () => CANARY],
    ['a token of two parts', (usual: string) => usual.split('.').slice(0, 2).join('.')],
    ['a token whose header is no JSON', (usual: string) => usual.replace(/^[^.]*/, 'canary')],
    ['a token whose header is a list', (usual: string) => usual.replace(/^[^.]*/, part([]))],
    ['a token whose claims are a list', (usual: string) => withPayload(usual, () => [MALLORY])],
  ].map(([name, token]) => ({
    name: name as string,
    issuing: { token: token as (usual: string) => string },
    refused: 'ResponseMalformed' as const,
  })),
];
