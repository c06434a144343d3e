// An execution environment of a simulated fleet, and a request to it: the function's parts before an STS and a table in virtual time.
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { CredentialsManager } from '../../service/broker/credentials-manager.ts';
import type { BrokerRequest } from '../../service/broker/request.ts';
import { AccessMetadata } from '../../service/registrations/access-metadata.ts';
import { itemOf } from '../../service/registrations/stored-registration.ts';
import { TemporaryCredentialsProvider } from '../../service/sessions/temporary-credentials.ts';
import { TrustProbe } from '../../service/sessions/trust-probe.ts';
import type { SharedStore } from '../../service/shared-store.ts';
import { JwkSets } from '../../service/tokens/jwk-sets.ts';
import { TokenVerifier } from '../../service/tokens/token-verifier.ts';
import { UsagePlans } from '../../service/usage-plans/usage-plans.ts';
import { callerNamed, deployment, iamOf } from '../../test/support/callers.ts';
import { MemoryCellRates } from '../../test/support/memory-cell-rates.ts';
import { storedWith } from '../../test/support/registrations.ts';
import type { VirtualTime } from '../../test/support/virtual-time.ts';
import type { CountingSts } from './counting-sts.ts';

/** Milliseconds of virtual time: a call of DynamoDB there and back. */
export const DYNAMODB_MS = 4;

export interface Environment {
  readonly manager: CredentialsManager;
  readonly provider: TemporaryCredentialsProvider;
}

/** The parts of the function, but for the audit record and the verification of signatures: neither calls STS. */
export function startEnvironment(
  number: number,
  time: VirtualTime,
  sts: CountingSts,
  shared: SharedStore | undefined,
): Environment {
  const now = () => time.now;
  const provider = new TemporaryCredentialsProvider({
    ...deployment,
    createClient: () => sts.clientOf(number),
    now,
    shared,
  });
  const jwkSets = new JwkSets(raise, [], now);
  const manager = new CredentialsManager({
    deployment: {
      ...deployment,
      jwksHosts: [],
      requirePinnedTrust: false,
      requireIssuer: false,
      requireAudience: false,
      registrars: [],
    },
    usagePlans: new UsagePlans(
      { default: amplePlan, registration: amplePlan, applications: {} },
      { cellRates: new MemoryCellRates(), now, random: () => 0.5, onFailure: raise },
    ),
    accessMetadata: new AccessMetadata(registrationsOf(time), 'AccessMetadata', now),
    jwkSets,
    tokenVerifier: new TrustingVerifier(jwkSets, now),
    provider,
    trustProbe: new TrustProbe(provider, deployment),
  });
  return { manager, provider };
}

const amplePlan = { rateLimit: 10_000, burstLimit: 50_000 };

/** The table, in which every application is registered with an access role of its own. */
function registrationsOf(time: VirtualTime): DynamoDBDocumentClient {
  const send = async ({ input }: { input: { Key: { ApplicationName: string } } }) => {
    await time.sleep(DYNAMODB_MS);
    const { ApplicationName } = input.Key;
    const accessRoleName = `${ApplicationName}Access`;
    return { Item: itemOf(storedWith({ ...callerNamed(ApplicationName), accessRoleName })) };
  };
  return { send } as unknown as DynamoDBDocumentClient;
}

/** Takes a tenant's name for its token. */
class TrustingVerifier extends TokenVerifier {
  override async verify(token: string) {
    return { claims: { 'custom:tenant_id': token }, identity: {} };
  }
}

export function requestOf(application: number, tenant: number): BrokerRequest {
  return {
    requestId: '',
    method: 'GET',
    path: '/credentials',
    query: { jwt: `tenant-${tenant}` },
    body: undefined,
    iam: iamOf(callerNamed(`App${application}`)),
  };
}

function raise(error: unknown): never {
  throw error;
}
