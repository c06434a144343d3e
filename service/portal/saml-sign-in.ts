// Signing in by SAML 2.0, put together for the portal: its names, its tables, and its identity provider.
import { DEFAULT_GROUP_ATTRIBUTES } from '../saml/asserted-user.ts';
import { type IdentityProvider, identityProviderOf, MetadataError } from '../saml/identity-provider.ts';
import { SamlSignIn } from '../saml/saml-sign-in.ts';
import { PendingSignIns } from '../sign-in/pending-sign-ins.ts';
import { keptMetadata, metadataReader } from '../sign-in/published-metadata.ts';
import { SignInError } from '../sign-in/sign-in-error.ts';
import { TakenOnce } from '../sign-in/taken-once.ts';
import type { SamlEnvironment } from './environment.ts';
import type { SignInMethod, SignInSurroundings } from './sign-in-method.ts';

/** @param metadataFile the text of the file beside the bundle */
export function samlSignIn(
  { metadataUrl, groupsAttribute, tenantAttribute }: SamlEnvironment,
  surroundings: SignInSurroundings,
  metadataFile: () => string,
): SignInMethod {
  const { portalUrl, table, now, timeoutMs, allowHttpOnLoopback } = surroundings;
  const accept = 'application/samlmetadata+xml, application/xml, text/xml';
  const read =
    metadataUrl === undefined
      ? async () => metadataFile()
      : metadataReader(metadataUrl, { accept, timeoutMs, allowHttpOnLoopback });
  return new SamlSignIn({
    serviceProvider: {
      entityId: `${portalUrl}saml/metadata`,
      assertionConsumerUrl: `${portalUrl}saml/acs`,
    },
    attributes: {
      groups: groupsAttribute === undefined ? DEFAULT_GROUP_ATTRIBUTES : [groupsAttribute],
      ...(tenantAttribute !== undefined && { tenant: tenantAttribute }),
    },
    pendingSignIns: new PendingSignIns(table, now),
    takenOnce: new TakenOnce(table),
    identityProvider: keptMetadata({
      read,
      parse: (text) => publishedIdentityProvider(text, now(), allowHttpOnLoopback),
      now,
    }),
    now,
  });
}

/** @throws SignInError SigningKeysOutdated */
export function publishedIdentityProvider(
  text: string,
  now: number,
  allowHttpOnLoopback: boolean,
): IdentityProvider {
  try {
    return identityProviderOf(text, now, { allowHttpOnLoopback });
  } catch (cause) {
    if (!(cause instanceof MetadataError)) throw cause;
    throw new SignInError('SigningKeysOutdated', cause.message);
  }
}
