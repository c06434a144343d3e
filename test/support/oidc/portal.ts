// A portal's sign-in by OpenID Connect, and the provider that it knows: begins sign-ins, and brings what the provider answers.
import { generateKeyPairSync, sign } from 'node:crypto';
import { None } from 'openid-client';
import {
  type AssertionAudience,
  type AssertionKey,
  privateKeyJwt,
} from '../../../service/oidc/client-assertion.ts';
import { type IdentityProvider, identityProviderOf } from '../../../service/oidc/identity-provider.ts';
import { OidcSignIn, type OidcSignInParts } from '../../../service/oidc/oidc-sign-in.ts';
import { providerMetadataOf } from '../../../service/oidc/provider-metadata.ts';
import { PendingSignIns } from '../../../service/sign-in/pending-sign-ins.ts';
import { MemoryTable } from '../saml/memory-table.ts';
import { CLIENT, ISSUER, type OidcProvider } from './provider.ts';

export const REDIRECT_URI = 'https://portal.example.com/oidc/callback';
export const TENANT_CLAIM = 'https://example.com/tenant';
export const WAY_BACK = { path: '/dba?region=eu-west-1', isAsked: false };

interface OidcPortalOptions extends Partial<OidcSignInParts> {
  /** That the portal proves itself by; without, it is a public client. */
  readonly key?: AssertionKey;
  readonly audience?: AssertionAudience;
}

export class OidcPortal {
  readonly signIn: OidcSignIn;
  readonly table: MemoryTable;
  readonly identityProvider: () => IdentityProvider;

  constructor(
    readonly provider: OidcProvider,
    { key, audience = 'issuer', ...parts }: OidcPortalOptions = {},
  ) {
    const { now } = provider.clock;
    this.table = new MemoryTable(now);
    const client = {
      clientId: CLIENT,
      clientAuthentication: key ? privateKeyJwt(key, now, audience) : None(),
      fetch: provider.fetch,
      allowHttpOnLoopback: false,
    };
    const read = () => providerMetadataOf(JSON.stringify(provider.metadata()), ISSUER, client);
    let known: IdentityProvider | undefined;
    this.identityProvider = () => {
      known ??= identityProviderOf(read(), client);
      return known;
    };
    this.signIn = new OidcSignIn({
      relyingParty: { clientId: CLIENT, redirectUri: REDIRECT_URI, scopes: ['profile', 'email'] },
      claims: { user: 'sub', groups: 'groups', tenant: TENANT_CLAIM },
      identityProvider: this.identityProvider,
      pendingSignIns: new PendingSignIns(this.table, now),
      now,
      ...parts,
    });
  }

  begin() {
    return this.signIn.begin(WAY_BACK);
  }

  /** To the provider and back. */
  async signedIn() {
    const { location, binding } = await this.begin();
    return this.signIn.finish(this.provider.authorize(location), binding);
  }
}

/** A key that signs as the one in KMS does. */
export function playedKey(kid = 'portal') {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    jwk: { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' },
    published: async () => ({ kid, alg: 'RS256' as const }),
    sign: async (input: string): Promise<Uint8Array> => sign('sha256', Buffer.from(input), privateKey),
  };
}
