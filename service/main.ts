// The composition root: builds the parts once for each execution environment, and exports the handler.
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { Tracer } from '@aws-lambda-powertools/tracer';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Context } from 'aws-lambda';
import { AccessMetadata } from './access-metadata.ts';
import { Api } from './api.ts';
import { Audit } from './audit.ts';
import { CellRateTable } from './cell-rate-table.ts';
import { CredentialsManager } from './credentials-manager.ts';
import { readEnvironment } from './environment.ts';
import { type BrokerError, describeCause } from './errors.ts';
import { httpsFetcher, JwkSets } from './jwk-sets.ts';
import { TemporaryCredentialsProvider } from './temporary-credentials.ts';
import { TokenVerifier } from './token-verifier.ts';
import { TrustProbe } from './trust-probe.ts';
import { UsagePlans } from './usage-plans.ts';

const environment = readEnvironment();
const now = Date.now;
const logger = new Logger();
const metrics = new Metrics();
const tracer = new Tracer();

/** One attempt ends after `timeoutMs`: connecting, waiting for headers, and each pause within the body. */
const clientOptions = (timeoutMs: number) => ({
  maxAttempts: environment.maxAttempts,
  requestHandler: {
    connectionTimeout: timeoutMs,
    requestTimeout: timeoutMs,
    // Without this the SDK logs that the time is up, and goes on waiting.
    throwOnRequestTimeout: true,
    socketTimeout: timeoutMs,
  },
});

const documents = DynamoDBDocumentClient.from(
  tracer.captureAWSv3Client(new DynamoDBClient(clientOptions(environment.dynamoDbTimeoutMs))),
);
const fetchJwks = httpsFetcher({ timeoutMs: environment.jwksTimeoutMs });
const provider = new TemporaryCredentialsProvider({
  ...environment,
  createClient: (session) =>
    tracer.captureAWSv3Client(
      new STSClient({ ...clientOptions(environment.stsTimeoutMs), ...(session && { credentials: session }) }),
    ),
  now,
});
const audit = new Audit(logger, metrics, now);
const manager = new CredentialsManager({
  deployment: environment,
  usagePlans: new UsagePlans(environment.usagePlans, {
    cellRates: new CellRateTable(documents, environment.usagePlansTableName),
    now,
    random: Math.random,
    onFailure: (error) => audit.usagePlanFallback(error),
  }),
  accessMetadata: new AccessMetadata(documents, environment.accessMetadataTableName, now),
  tokenVerifier: new TokenVerifier(new JwkSets(fetchJwks, environment.jwksHosts, now), now),
  provider,
  trustProbe: new TrustProbe(provider, environment),
});
const api = new Api(manager, audit, environment);

// While the environment is being provisioned, so that its first request needs one call to STS. If it fails,
// that request makes it: an environment that cannot start would serve nothing at all.
await provider.serviceRoleSession().catch((error: BrokerError) => {
  logger.warn('no session of the service role yet', { code: error.code, cause: describeCause(error.cause) });
});

/** The function's handler: payload format 2.0 in, a structured result out. Safe for overlapping requests. */
export const handler = async (event: unknown, context: Context) => {
  const segment = tracer.getSegment();
  const subsegment = segment?.addNewSubsegment('## handler');
  if (subsegment) tracer.setSegment(subsegment);
  try {
    return await api.handle(event, context);
  } finally {
    subsegment?.close();
    if (segment) tracer.setSegment(segment);
  }
};
