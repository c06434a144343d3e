// The broker's parts, made once for each execution environment, and the handler that they are.
import { Metrics } from '@aws-lambda-powertools/metrics';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Context } from 'aws-lambda';
import { Audit } from '../audit/audit.ts';
import { BrokerLogger } from '../audit/logger.ts';
import { clientOptions } from '../client-options.ts';
import type { Clock } from '../clock.ts';
import { type BrokerError, describeCause } from '../errors.ts';
import { AccessMetadata } from '../registrations/access-metadata.ts';
import { loadRegistrationParser } from '../registrations/parser.ts';
import { TemporaryCredentialsProvider } from '../sessions/temporary-credentials.ts';
import { TrustProbe } from '../sessions/trust-probe.ts';
import type { SharedStore } from '../shared-store.ts';
import { httpsFetcher } from '../tokens/https-fetcher.ts';
import { JwkSets } from '../tokens/jwk-sets.ts';
import { TokenVerifier } from '../tokens/token-verifier.ts';
import { Tracing } from '../tracing/tracing.ts';
import { CellRateTable } from '../usage-plans/cell-rate-table.ts';
import { UsagePlans } from '../usage-plans/usage-plans.ts';
import { Api, type Routes } from './api.ts';
import { CredentialsManager } from './credentials-manager.ts';
import type { Environment } from './environment.ts';
import type { RegistrationRules } from './registration-rules.ts';

export interface Broker {
  readonly manager: CredentialsManager;
  readonly provider: TemporaryCredentialsProvider;
  readonly documents: DynamoDBDocumentClient;
  readonly now: Clock;
  readonly logger: BrokerLogger;
  /** Between an environment's memory and what it asks, where the deployment has that. */
  readonly shared: SharedStore | undefined;
  /** The function's handler: payload format 2.0 in, a structured result out. Safe for overlapping requests. */
  readonly serve: (routes: Routes) => Promise<Api['handle']>;
}

export async function createBroker(
  environment: Environment & Pick<RegistrationRules, 'dataAccess'>,
): Promise<Broker> {
  const now = Date.now;
  const logger = new BrokerLogger();
  const metrics = new Metrics();
  const tracing = new Tracing((error) => logger.warn('no traces', { cause: describeCause(error) }));

  const optionsWithin = (timeoutMs: number) => clientOptions(environment.maxAttempts, timeoutMs);

  // The document client, and not the one below: of that it keeps the middleware, but not the client itself.
  const documents = tracing.captured(
    DynamoDBDocumentClient.from(new DynamoDBClient(optionsWithin(environment.dynamoDbTimeoutMs))),
  );
  // A file of its own, and there only where the setting is: docs/adr/0042.
  const shared = environment.sharedSessions
    ? (await import('./shared-sessions.ts')).openSharedSessions(
        { ...environment.sharedSessions, stsTimeoutMs: environment.stsTimeoutMs },
        { documents, logger, metrics, tracing, now },
      )
    : undefined;
  /** The file lies beside the bundle. */
  const authoritiesIn = (file: string) => async () =>
    (await import('node:fs/promises')).readFile(new URL(file, import.meta.url), 'utf8');
  const { jwksCertificateAuthorities: authorities } = environment;
  const fetchJwks = httpsFetcher({
    timeoutMs: environment.jwksTimeoutMs,
    certificateAuthorities: authorities === undefined ? undefined : authoritiesIn(authorities),
  });
  const provider = new TemporaryCredentialsProvider({
    ...environment,
    shared,
    createClient: (session) =>
      tracing.captured(
        new STSClient({
          ...optionsWithin(environment.stsTimeoutMs),
          ...(session && { credentials: session }),
        }),
      ),
    now,
  });
  const jwkSets = new JwkSets(fetchJwks, environment.jwksHosts, now, environment);
  const audit = new Audit(logger, metrics, now);
  const manager = new CredentialsManager({
    deployment: environment,
    usagePlans: new UsagePlans(environment.usagePlans, {
      cellRates: new CellRateTable(documents, environment.usagePlansTableName),
      now,
      random: Math.random,
      onFailure: (error) => audit.usagePlanFallback(error),
    }),
    accessMetadata: new AccessMetadata(documents, environment.accessMetadataTableName, now, environment),
    jwkSets,
    tokenVerifier: new TokenVerifier(jwkSets, now, environment),
    provider,
    trustProbe: new TrustProbe(provider, environment),
  });

  /** The service role's session ahead of its first use. If it fails, that use asks again. */
  const prefetch = () =>
    provider.serviceRoleSession().catch((error: BrokerError) => {
      logger.warn('no session of the service role yet', {
        code: error.code,
        cause: describeCause(error.cause),
      });
    });

  /** Once the session is asked for. If it fails, so does the first request that reads a registration, and the next one tries again. */
  const loadParser = () =>
    loadRegistrationParser().catch((error) => logger.warn('no schema yet', { cause: describeCause(error) }));

  const serve = async (routes: Routes) => {
    const api = new Api(routes, audit, environment);
    // Ahead of any request, there is time for it. A request that waits has its own steps done meanwhile.
    const prepare = () => Promise.all([prefetch(), loadParser(), shared?.prepare()]);
    if (environment.isProvisioned) await Promise.all([prepare(), tracing.load()]);
    else setImmediate(prepare);
    return (event: unknown, context: Context) => tracing.run(() => api.handle(event, context));
  };
  return { manager, provider, documents, now, logger, shared, serve };
}
