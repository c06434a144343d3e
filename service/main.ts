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
import { CredentialsManager } from './credentials-manager.ts';
import { readEnvironment } from './environment.ts';
import { httpsFetcher, JwkSets } from './jwk-sets.ts';
import { TemporaryCredentialsProvider } from './temporary-credentials.ts';
import { TokenVerifier } from './token-verifier.ts';

const environment = readEnvironment();
const now = Date.now;
const logger = new Logger();
const metrics = new Metrics();
const tracer = new Tracer();

/** One retry, and no wait that the function's time-out could not hold. */
const clientOptions = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
};

const manager = new CredentialsManager({
  deployment: environment,
  accessMetadata: new AccessMetadata(
    DynamoDBDocumentClient.from(tracer.captureAWSv3Client(new DynamoDBClient(clientOptions))),
    environment.accessMetadataTableName,
    now,
  ),
  tokenVerifier: new TokenVerifier(
    new JwkSets(httpsFetcher({ timeoutMs: 2_000 }), environment.jwksHosts, now),
    now,
  ),
  provider: new TemporaryCredentialsProvider({
    ...environment,
    createClient: (session) =>
      tracer.captureAWSv3Client(
        new STSClient({ ...clientOptions, ...(session && { credentials: session }) }),
      ),
    now,
  }),
});
const api = new Api(manager, new Audit(logger, metrics, now));

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
