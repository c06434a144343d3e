// The broker's parts, made once for each execution environment, and the handler that they are.
import { Metrics } from '@aws-lambda-powertools/metrics';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Context } from 'aws-lambda';
import { Audit } from '../audit/audit.ts';
import { BrokerLogger } from '../audit/logger.ts';
import { UnrecordedAudit } from '../audit/unrecorded-audit.ts';
import { clientOptions } from '../client-options.ts';
import type { Clock } from '../clock.ts';
import { type BrokerError, describeCause } from '../errors.ts';
import { AccessMetadata } from '../registrations/access-metadata.ts';
import type { ServiceRoleOptions } from '../sessions/service-role.ts';
import { TemporaryCredentialsProvider } from '../sessions/temporary-credentials.ts';
import { TrustProbe } from '../sessions/trust-probe.ts';
import { type NameResolver, newNameResolver } from '../tokens/host-addresses.ts';
import { httpsFetcher } from '../tokens/https-fetcher.ts';
import { type Fetcher, JwkSets } from '../tokens/jwk-sets.ts';
import { TokenVerifier } from '../tokens/token-verifier.ts';
import { trustInAlso } from '../tokens/trusted-authorities.ts';
import { Tracing } from '../tracing/tracing.ts';
import { CellRateTable } from '../usage-plans/cell-rate-table.ts';
import { UsagePlans } from '../usage-plans/usage-plans.ts';
import { Api, type Routes } from './api.ts';
import { CredentialsManager } from './credentials-manager.ts';
import type { Environment } from './environment.ts';
import type { RegistrationRules } from './registration-rules.ts';
import type { Props, Stage } from './rehearsal.ts';
import { routesOf } from './routes.ts';

/** No name of a role, and none of a claim: there is no such item. */
const NO_APPLICATION = '-';

export interface Broker {
  readonly manager: CredentialsManager;
  readonly provider: TemporaryCredentialsProvider;
  readonly documents: DynamoDBDocumentClient;
  readonly now: Clock;
  readonly logger: BrokerLogger;
  /** The function's handler: payload format 2.0 in, a structured result out. Safe for overlapping requests. */
  readonly serve: (routes: Routes) => Promise<Api['handle']>;
}

type Settings = Environment & Pick<RegistrationRules, 'dataAccess'>;

export function createBroker(environment: Settings): Broker {
  const now = Date.now;
  const logger = new BrokerLogger();
  const tracing = new Tracing((error) => logger.warn('no traces', { cause: describeCause(error) }));
  const ofDynamoDb = clientOptions(environment.maxAttempts, environment.dynamoDbTimeoutMs);
  const ofSts = clientOptions(environment.maxAttempts, environment.stsTimeoutMs);
  // One for all clients of STS: that of a new session goes on with the connections of those before it.
  const toSts = new NodeHttpHandler(ofSts.requestHandler);

  // The document client, and not the one below: of that it keeps the middleware, but not the client itself.
  const documents = tracing.captured(DynamoDBDocumentClient.from(new DynamoDBClient(ofDynamoDb)));
  /** The file lies beside the bundle. */
  const authoritiesIn = (file: string) => async () =>
    (await import('node:fs/promises')).readFile(new URL(file, import.meta.url), 'utf8');
  const { jwksCertificateAuthorities: authorities } = environment;
  const trust = authorities === undefined ? undefined : trustInAlso(authoritiesIn(authorities));
  const audit = new Audit(logger, new Metrics(), now);
  const { manager, provider } = partsOf(environment, {
    documents,
    createClient: (session) =>
      tracing.captured(
        new STSClient({ ...ofSts, requestHandler: toSts, ...(session && { credentials: session }) }),
      ),
    fetchJwks: httpsFetcher({ timeoutMs: environment.jwksTimeoutMs, trust }),
    now,
    audit,
  });

  /** Of what is done ahead of its use: that asks again, and says then what is wrong. */
  const notYet = (what: string) => (error: unknown) => {
    const { code, cause = error } = error as Partial<BrokerError>;
    logger.warn(`no ${what} yet`, { code, cause: describeCause(cause) });
  };
  /** The service role's session ahead of its first use. */
  const prefetch = () => provider.serviceRoleSession().catch(notYet('session of the service role'));
  /** Connections to the tables, as many as a request for credentials has open at once. */
  const connect = () =>
    Promise.all(
      [environment.accessMetadataTableName, environment.usagePlansTableName].map((table) =>
        documents.send(new GetCommand({ TableName: table, Key: { ApplicationName: NO_APPLICATION } })),
      ),
    ).catch(notYet('answer of DynamoDB'));
  const rehearsal = async () => {
    const { rehearse } = await import('./rehearsal.ts');
    await rehearse(stageOf(environment), environment, now());
  };
  /** Whatever a first request would be the first to do. Never rejects. */
  const prepare = async () => {
    const trusted = trust?.().catch(notYet('trust in the certificate authorities'));
    await Promise.all([tracing.load(), prefetch(), connect(), trusted]);
    await rehearsal().catch(notYet('rehearsal'));
  };

  const serve = async (routes: Routes) => {
    const api = new Api(routes, audit, environment);
    // Ahead of any request, there is time for it: docs/adr/0043-the-first-request.md. One that waits has its own steps done meanwhile.
    if (environment.isProvisioned) await prepare();
    else setImmediate(prefetch);
    return (event: unknown, context: Context) => tracing.run(() => api.handle(event, context));
  };
  return { manager, provider, documents, now, logger, serve };
}

/** What the parts reach the world by. */
interface Edges extends Pick<ServiceRoleOptions, 'createClient' | 'now'> {
  readonly documents: DynamoDBDocumentClient;
  readonly fetchJwks: Fetcher;
  readonly audit: Audit;
}

function partsOf(settings: Settings, { documents, createClient, fetchJwks, now, audit }: Edges) {
  const provider = new TemporaryCredentialsProvider({ ...settings, createClient, now });
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

/** The broker's parts once more, for the rehearsal: of what they find out, the real ones learn nothing. */
function stageOf(settings: Settings): Stage {
  return ({ now, requestHandler, jwksHosts, jwks }: Props) => {
    const options = {
      maxAttempts: 1,
      requestHandler,
      credentials: { accessKeyId: '-', secretAccessKey: '-' },
    };
    const audit = new UnrecordedAudit(now);
    const fetch = httpsFetcher({ timeoutMs: settings.jwksTimeoutMs, newResolver: nowhere });
    const { manager } = partsOf(
      { ...settings, jwksHosts },
      {
        documents: DynamoDBDocumentClient.from(new DynamoDBClient(options)),
        createClient: () => new STSClient(options),
        // As far as it goes without an address.
        fetchJwks: (url, how) => fetch(url, how).catch(() => jwks),
        now,
        audit,
      },
    );
    const api = new Api(routesOf(manager), audit, settings);
    return (event) => api.handle(event, {} as Context);
  };
}

/** Made as ever, and asked nothing: it finds no address. */
async function nowhere(budgetMs: number): Promise<NameResolver> {
  await newNameResolver(budgetMs);
  return { resolve4: async () => [], resolve6: async () => [], cancel: () => undefined };
}
