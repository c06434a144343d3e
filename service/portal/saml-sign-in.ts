// Signing in by SAML 2.0, put together for the portal: its names, its tables, and its identity provider.
import type { Clock } from '../clock.ts';
import { DEFAULT_GROUP_ATTRIBUTES } from '../saml/asserted-user.ts';
import { type IdentityProvider, identityProviderOf, MetadataError } from '../saml/identity-provider.ts';
import { SamlSignIn } from '../saml/saml-sign-in.ts';
import { PendingSignIns } from '../sign-in/pending-sign-ins.ts';
import { keptMetadata, metadataReader } from '../sign-in/published-metadata.ts';
import type { ShortLivedTable } from '../sign-in/short-lived-table.ts';
import { SignInError } from '../sign-in/sign-in-error.ts';
import { TakenOnce } from '../sign-in/taken-once.ts';
import type { SignInMethod } from './sign-in-method.ts';

export interface SamlSettings {
  /** `https://portal.example/aws/` */
  readonly url: string;
  /** Absent: the metadata is the file beside the bundle. */
  readonly samlMetadataUrl: string | undefined;
  readonly samlGroupsAttribute: string | undefined;
  readonly samlTenantAttribute: string | undefined;
  readonly allowHttpOnLoopback: boolean;
  /** Of one request to the identity provider. */
  readonly timeoutMs: number;
}

export interface SamlSignInNeeds {
  readonly table: Pick<ShortLivedTable, 'add' | 'take'>;
  /** The text of the file beside the bundle. */
  readonly metadataFile: () => string;
  readonly now: Clock;
}

export function samlSignIn(
  settings: SamlSettings,
  { table, metadataFile, now }: SamlSignInNeeds,
): SignInMethod {
  const { url, samlMetadataUrl, samlGroupsAttribute, samlTenantAttribute } = settings;
  const { allowHttpOnLoopback, timeoutMs } = settings;
  const accept = 'application/samlmetadata+xml, application/xml, text/xml';
  const read =
    samlMetadataUrl === undefined
      ? async () => metadataFile()
      : metadataReader(samlMetadataUrl, { accept, timeoutMs, allowHttpOnLoopback });
  return new SamlSignIn({
    serviceProvider: { entityId: `${url}saml/metadata`, assertionConsumerUrl: `${url}saml/acs` },
    attributes: {
      groups: samlGroupsAttribute === undefined ? DEFAULT_GROUP_ATTRIBUTES : [samlGroupsAttribute],
      ...(samlTenantAttribute !== undefined && { tenant: samlTenantAttribute }),
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
