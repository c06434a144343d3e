// The broker's parts, made once for each execution environment, and the handler that they are.
import { Metrics } from '@aws-lambda-powertools/metrics';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Context } from 'aws-lambda';
import { Audit } from '../audit/audit.ts';
import { BrokerLogger } from '../audit/logger.ts';
import { clientOptions } from '../client-options.ts';
import type { Clock } from '../clock.ts';
import { type BrokerError, describeCause } from '../errors.ts';
import { loadRegistrationParser } from '../registrations/parser.ts';
import type { TemporaryCredentialsProvider } from '../sessions/temporary-credentials.ts';
import type { SharedStore } from '../shared-store.ts';
import { httpsFetcher } from '../tokens/https-fetcher.ts';
import { trustInAlso } from '../tokens/trusted-authorities.ts';
import { Tracing } from '../tracing/tracing.ts';
import { Api, type Routes } from './api.ts';
import type { CredentialsManager } from './credentials-manager.ts';
import { type BrokerSettings, partsOf } from './parts.ts';

/** No name of a role, and none of a claim: there is no such item. */
const NO_APPLICATION = '-';

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

export async function createBroker(environment: BrokerSettings): Promise<Broker> {
  const now = Date.now;
  const logger = new BrokerLogger();
  const tracing = new Tracing((error) => logger.warn('no traces', { cause: describeCause(error) }));
  const ofDynamoDb = clientOptions(environment.maxAttempts, environment.dynamoDbTimeoutMs);
  const ofSts = clientOptions(environment.maxAttempts, environment.stsTimeoutMs);
  // One for all clients of STS: that of a new session goes on with the connections of those before it.
  const toSts = new NodeHttpHandler(ofSts.requestHandler);

  // The document client, and not the one below: of that it keeps the middleware, but not the client itself.
  const documents = tracing.captured(DynamoDBDocumentClient.from(new DynamoDBClient(ofDynamoDb)));
  const metrics = new Metrics();
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
  const trust = authorities === undefined ? undefined : trustInAlso(authoritiesIn(authorities));
  const audit = new Audit(logger, metrics, now);
  const { manager, provider } = partsOf(environment, {
    documents,
    shared,
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
  /** If it fails, so does the first request that reads a registration, and the next one tries again. */
  const loadParser = () => loadRegistrationParser().catch(notYet('schema of registrations'));
  /** Connections to the tables, as many as a request for credentials has open at once. */
  const connect = () =>
    Promise.all(
      [environment.accessMetadataTableName, environment.usagePlansTableName].map((table) =>
        documents.send(new GetCommand({ TableName: table, Key: { ApplicationName: NO_APPLICATION } })),
      ),
    ).catch(notYet('answer of DynamoDB'));
  const rehearsal = async () => {
    const { rehearseRequest } = await import('./rehearsal-stage.ts');
    await rehearseRequest(environment, now());
  };
  /** Whatever a first request would be the first to do. Never rejects. */
  const prepare = async () => {
    const trusted = trust?.().catch(notYet('trust in the certificate authorities'));
    await Promise.all([tracing.load(), loadParser(), prefetch(), connect(), trusted, shared?.prepare()]);
    await rehearsal().catch(notYet('rehearsal'));
  };

  const serve = async (routes: Routes) => {
    const api = new Api(routes, audit, environment);
    // Ahead of any request, there is time for it: docs/adr/0043-the-first-request.md. One that waits has its own steps done meanwhile.
    if (environment.isProvisioned) await prepare();
    else setImmediate(() => Promise.all([prefetch(), loadParser(), shared?.prepare()]));
    return (event: unknown, context: Context) => tracing.run(() => api.handle(event, context));
  };
  return { manager, provider, documents, now, logger, shared, serve };
}
