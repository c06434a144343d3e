// The composition root of a broker with data access: the broker's parts, and what data access adds to them.
import { setTimeout as pause } from 'node:timers/promises';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { awsCallsThrough } from '../aws-call.ts';
import { createBroker } from '../broker/broker.ts';
import { readEnvironment } from '../broker/environment.ts';
import { routesOf } from '../broker/routes.ts';
import { clientOptions } from '../client-options.ts';
import { AccessGrants } from '../data-access/access-grants.ts';
import { DataAccess } from '../data-access/data-access.ts';
import { describeCause } from '../errors.ts';
import { ExchangeTable } from '../identity-context/exchange-table.ts';
import { SharedExchange } from '../identity-context/shared-exchange.ts';
import { TokenExchange } from '../identity-context/token-exchange.ts';
import { DataAccessManager } from './data-access-manager.ts';
import { readDataAccessEnvironment } from './environment.ts';
import { dataAccessRoutesOf } from './routes.ts';

const environment = readEnvironment();
const settings = readDataAccessEnvironment();
const { identityCenterApplications, region, endpoints } = settings;
const { manager, provider, documents, now, logger, shared, serve } = await createBroker({
  ...environment,
  dataAccess: { identityCenterApplications: [...identityCenterApplications.keys()] },
});

const { maxAttempts, stsTimeoutMs } = environment;
const send = awsCallsThrough(
  new NodeHttpHandler(clientOptions(maxAttempts, stsTimeoutMs).requestHandler),
  now,
);
const accessGrants = new AccessGrants({
  accountId: settings.accessGrantsAccount,
  region,
  endpoint: endpoints.s3Control,
  send,
  maxAttempts,
});
// Connecting, waiting and reading may each take that long: who holds a lease for longer is dead.
const leaseMs = 3 * stsTimeoutMs;
const exchange = new SharedExchange({
  exchange: new TokenExchange({
    region,
    endpoint: endpoints.ssoOidc,
    send,
    credentials: async () => (await provider.serviceRoleSession()).credentials,
    now,
  }),
  table: new ExchangeTable(documents, settings.identityContextsTableName ?? ''),
  now,
  pause,
  leaseMs,
  waitMs: leaseMs + 500,
  onFailure: (error) => logger.warn('an exchange could not be written down', { cause: describeCause(error) }),
});
const dataAccessManager = new DataAccessManager({
  manager,
  provider,
  dataAccess: new DataAccess(accessGrants, now, { ...environment, ...settings, shared }),
  accessGrants,
  exchange,
  identityCenterApplications,
  partition: environment.partition,
});

export const handler = await serve(new Map([...routesOf(manager), ...dataAccessRoutesOf(dataAccessManager)]));
