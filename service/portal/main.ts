// The portal's composition root: builds the parts once for each execution environment, and exports the handler.
import { readFileSync } from 'node:fs';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { BrokerLogger } from '../audit/logger.ts';
import { clientOptions } from '../client-options.ts';
import { consoleUrl } from '../console/federation.ts';
import { consolePartition } from '../console/partition.ts';
import { CommandLineCodes } from '../portal-sessions/command-line-codes.ts';
import { PortalSessions } from '../portal-sessions/portal-sessions.ts';
import { PortalUsers } from '../portal-sessions/portal-users.ts';
import { sessionNameOf } from '../sign-in/session-name.ts';
import { ShortLivedTable } from '../sign-in/short-lived-table.ts';
import type { Target } from '../targets/target.ts';
import { Targets } from '../targets/targets.ts';
import { Issuer } from '../web-identity/issuer.ts';
import { RoleSessions } from '../web-identity/role-sessions.ts';
import { SigningKey } from '../web-identity/signing-key.ts';
import { portalApi } from './api.ts';
import { PortalAudit } from './audit.ts';
import { portalFiles, readPortalEnvironment } from './environment.ts';
import { requestOf, resultOf } from './event.ts';
import { Portal } from './portal.ts';
import type { SignInMethod } from './sign-in-method.ts';

const environment = readPortalEnvironment();
const now = Date.now;
const { url: homeUrl, stsTimeoutMs, signInsTableName } = environment;

const optionsWithin = (timeoutMs: number) => clientOptions(environment.maxAttempts, timeoutMs);
/** The file lies beside the bundle. */
const textOf = (file: string) => readFileSync(new URL(file, import.meta.url), 'utf8');

const documents = DynamoDBDocumentClient.from(
  new DynamoDBClient(optionsWithin(environment.dynamoDbTimeoutMs)),
);
const sessions = new PortalSessions(documents, environment.sessionsTableName, now);
const key = new SigningKey(new KMSClient(optionsWithin(stsTimeoutMs)), environment.signingKeyArn);
const issuer = new Issuer({
  url: homeUrl.replace(/\/$/, ''),
  key,
  now,
});

/** STS knows the roles of its own partition alone. */
const stsClients = new Map<string, STSClient>();
function stsOf(partition: string): STSClient {
  const { regions, defaultRegion } = consolePartition(partition);
  const region = regions.test(environment.region) ? environment.region : defaultRegion;
  const client = stsClients.get(region) ?? new STSClient({ ...optionsWithin(stsTimeoutMs), region });
  stsClients.set(region, client);
  return client;
}

/** The libraries of the one method, and not of the other. */
async function signInMethod(): Promise<SignInMethod> {
  const { signIn, allowHttpOnLoopback } = environment;
  const surroundings = {
    portalUrl: homeUrl,
    table: new ShortLivedTable(documents, signInsTableName, now),
    timeoutMs: stsTimeoutMs,
    allowHttpOnLoopback,
    now,
  };
  if (signIn.method === 'oidc') {
    const { oidcSignIn } = await import('./oidc-sign-in.ts');
    return oidcSignIn(signIn, surroundings, key);
  }
  const { samlSignIn } = await import('./saml-sign-in.ts');
  return samlSignIn(signIn, surroundings, () => textOf(portalFiles.samlMetadata));
}

const { federationEndpoint } = environment;
const portal = new Portal({
  sessions,
  users: new PortalUsers(documents, environment.usersTableName, now),
  targets: new Targets(JSON.parse(textOf(portalFiles.targets)) as Target[]),
  roleSessions: new RoleSessions(stsOf, issuer),
  sessionNameOf,
  consoleUrl: (page) =>
    consoleUrl(page, {
      timeoutMs: stsTimeoutMs,
      ...(federationEndpoint !== undefined && { endpoint: () => federationEndpoint }),
    }),
  now,
  tenantTagKey: environment.tenantTagKey,
  region: environment.region,
  homeUrl,
});
const app = portalApi({
  portal,
  sessions,
  codes: new CommandLineCodes(documents, signInsTableName, now),
  issuer,
  signIn: await signInMethod(),
  audit: new PortalAudit(new BrokerLogger(), new Metrics(), now),
  requestIdOf: ({ env }) => (env as { requestId: string }).requestId,
  homeUrl,
  sessionSeconds: environment.sessionSeconds,
  requestBudgetMs: environment.requestBudgetMs,
});
const { origin } = new URL(homeUrl);

/** The function's handler: payload format 2.0 in, a structured result out. */
export const handler = async (event: APIGatewayProxyEventV2) => {
  const { requestId } = event.requestContext;
  return resultOf(await app.fetch(requestOf(event, origin), { requestId }));
};
