// The whole function below its handler, of real parts; only DynamoDB, STS, the keys' source and the clock are fakes.
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { Audit } from '../../service/audit/audit.ts';
import { BrokerLogger } from '../../service/audit/logger.ts';
import { Api, type Routes } from '../../service/broker/api.ts';
import { CredentialsManager } from '../../service/broker/credentials-manager.ts';
import type { RegistrationRules } from '../../service/broker/registration-rules.ts';
import { routesOf } from '../../service/broker/routes.ts';
import type { Clock } from '../../service/clock.ts';
import { AccessMetadata } from '../../service/registrations/access-metadata.ts';
import { TemporaryCredentialsProvider } from '../../service/sessions/temporary-credentials.ts';
import { TrustProbe } from '../../service/sessions/trust-probe.ts';
import { JwkSets } from '../../service/tokens/jwk-sets.ts';
import { TokenVerifier } from '../../service/tokens/token-verifier.ts';
import type { UsagePlanSettings } from '../../service/usage-plans/plan.ts';
import type { CellRates } from '../../service/usage-plans/shared-bucket.ts';
import { UsagePlans } from '../../service/usage-plans/usage-plans.ts';
import { deployment } from './callers.ts';
import { findContractProblems } from './contract.ts';
import type { DynamoDbTable } from './dynamodb-table.ts';
import { routes } from './events.ts';
import type { KeySource } from './key-source.ts';
import { MemoryCellRates } from './memory-cell-rates.ts';
import type { FakeSts } from './sts.ts';

/** An answer of the function, its body parsed. */
export interface Answered {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: Record<string, unknown>;
  /** The whole answer as it was. */
  readonly text: string;
}

export type Broker = (event: unknown) => Promise<Answered>;

export interface Edges {
  readonly table: DynamoDbTable;
  readonly sts: FakeSts;
  readonly keys: KeySource;
  readonly now: Clock;
}

export interface BrokerOptions {
  /** What the deployment requires of registrations. Default: nothing. */
  readonly rules?: Partial<RegistrationRules>;
  /** Default: more than any test asks for. */
  readonly usagePlans?: UsagePlanSettings;
  /** Default: of this environment alone. */
  readonly cellRates?: CellRates;
  /** Default: longer than any test takes. */
  readonly requestBudgetMs?: number;
}

/** A new execution environment: nothing cached. */
export function startBroker(edges: Edges, options: BrokerOptions = {}): Broker {
  const { manager, serve } = brokerParts(edges, options);
  const ask = serve(routesOf(manager));
  return async (event) => {
    const answered = await ask(event);
    requireContract(event, answered.statusCode, answered.body);
    return answered;
  };
}

/** The broker’s parts, as service/broker/broker.ts puts them together. */
export function brokerParts({ table, sts, keys, now }: Edges, options: BrokerOptions = {}) {
  const { rules = {}, requestBudgetMs = 600_000, usagePlans = amplePlans } = options;
  const { cellRates = new MemoryCellRates() } = options;
  const audit = auditTo(now);
  const provider = new TemporaryCredentialsProvider({ ...deployment, createClient: sts.createClient, now });
  const jwkSets = new JwkSets(keys.fetcher, [], now);
  const manager = new CredentialsManager({
    deployment: { ...deployment, ...noRules, ...rules },
    usagePlans: new UsagePlans(usagePlans, {
      cellRates,
      now,
      random: () => 0.5,
      onFailure: (error) => audit.usagePlanFallback(error),
    }),
    accessMetadata: new AccessMetadata(table.client, table.name, now),
    jwkSets,
    tokenVerifier: new TokenVerifier(jwkSets, now),
    provider,
    trustProbe: new TrustProbe(provider, deployment),
  });
  const serve = (routesServed: Routes): Broker => {
    const api = new Api(routesServed, audit, { requestBudgetMs });
    return async (event) => {
      const { statusCode, headers, body: text, ...rest } = await api.handle(event, context);
      return {
        statusCode,
        headers: headers as Record<string, string>,
        body: JSON.parse(text),
        text: JSON.stringify({ statusCode, headers, body: text, ...rest }),
      };
    };
  };
  return { manager, provider, serve };
}

/** Whatever a test asks a route, the answer is one that docs/openapi.json describes. */
function requireContract(event: unknown, statusCode: number, body: unknown): void {
  const route = String((event as { routeKey?: unknown } | undefined)?.routeKey);
  if (!(routes as readonly string[]).includes(route)) return;
  const problems = findContractProblems(route, statusCode, body);
  if (problems.length > 0) throw new Error(`not what docs/openapi.json says: ${problems.join('; ')}`);
}

export const noRules: RegistrationRules = {
  jwksHosts: [],
  requirePinnedTrust: false,
  requireIssuer: false,
  requireAudience: false,
  registrars: [],
};

const ample = { rateLimit: 10_000, burstLimit: 50_000 };
const amplePlans: UsagePlanSettings = { default: ample, registration: ample, applications: {} };

export function auditTo(now: Clock): Audit {
  const serviceName = 'IAMSessionBroker';
  return new Audit(
    new BrokerLogger({ serviceName }),
    new Metrics({ namespace: serviceName, serviceName }),
    now,
  );
}

/** What Lambda passes beside the event. */
const context = { awsRequestId: 'lambda-request-1' } as Context;
