// The parts that decide a request, put together: in front of AWS, or of what stands for it.
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Audit } from '../audit/audit.ts';
import { AccessMetadata } from '../registrations/access-metadata.ts';
import { type StsOptions, TemporaryCredentialsProvider } from '../sessions/temporary-credentials.ts';
import { TrustProbe } from '../sessions/trust-probe.ts';
import { type Fetcher, JwkSets } from '../tokens/jwk-sets.ts';
import { TokenVerifier } from '../tokens/token-verifier.ts';
import { CellRateTable } from '../usage-plans/cell-rate-table.ts';
import { UsagePlans } from '../usage-plans/usage-plans.ts';
import { CredentialsManager } from './credentials-manager.ts';
import type { Environment } from './environment.ts';
import type { RegistrationRules } from './registration-rules.ts';

export type BrokerSettings = Environment & Pick<RegistrationRules, 'dataAccess'>;

/** What the parts reach the world by. */
export interface Edges extends Pick<StsOptions, 'createClient' | 'now' | 'shared'> {
  readonly documents: DynamoDBDocumentClient;
  readonly fetchJwks: Fetcher;
  readonly audit: Audit;
}

export function partsOf(
  settings: BrokerSettings,
  { documents, shared, createClient, fetchJwks, now, audit }: Edges,
) {
  const provider = new TemporaryCredentialsProvider({ ...settings, shared, createClient, now });
  const jwkSets = new JwkSets(fetchJwks, settings.jwksHosts, now, settings);
  const manager = new CredentialsManager({
    deployment: settings,
    usagePlans: new UsagePlans(settings.usagePlans, {
      cellRates: new CellRateTable(documents, settings.usagePlansTableName),
      now,
      random: Math.random,
      onFailure: (error) => audit.usagePlanFallback(error),
    }),
    accessMetadata: new AccessMetadata(documents, settings.accessMetadataTableName, now, settings),
    jwkSets,
    tokenVerifier: new TokenVerifier(jwkSets, now, settings),
    provider,
    trustProbe: new TrustProbe(provider, settings),
  });
  return { manager, provider };
}
