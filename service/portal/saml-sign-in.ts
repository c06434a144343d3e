// Signing in by SAML 2.0, put together for the portal: its names, its tables, and its identity provider.
import type { Clock } from '../clock.ts';
import { DEFAULT_GROUP_ATTRIBUTES } from '../saml/asserted-user.ts';
import type { IdentityProvider } from '../saml/identity-provider.ts';
import { SamlSignIn } from '../saml/saml-sign-in.ts';
import { PendingSignIns } from '../sign-in/pending-sign-ins.ts';
import type { ShortLivedTable } from '../sign-in/short-lived-table.ts';
import { TakenOnce } from '../sign-in/taken-once.ts';
import type { SignInMethod } from './sign-in-method.ts';

export interface SamlSettings {
  /** `https://portal.example/aws/` */
  readonly url: string;
  readonly samlGroupsAttribute: string | undefined;
  readonly samlTenantAttribute: string | undefined;
}

export function samlSignIn(
  { url, samlGroupsAttribute, samlTenantAttribute }: SamlSettings,
  table: Pick<ShortLivedTable, 'add' | 'take'>,
  identityProvider: () => Promise<IdentityProvider>,
  now: Clock,
): SignInMethod {
  return new SamlSignIn({
    serviceProvider: { entityId: `${url}saml/metadata`, assertionConsumerUrl: `${url}saml/acs` },
    attributes: {
      groups: samlGroupsAttribute === undefined ? DEFAULT_GROUP_ATTRIBUTES : [samlGroupsAttribute],
      ...(samlTenantAttribute !== undefined && { tenant: samlTenantAttribute }),
    },
    pendingSignIns: new PendingSignIns(table, now),
    takenOnce: new TakenOnce(table),
    identityProvider,
    now,
  });
}
