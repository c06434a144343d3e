// Where the story is played: the sandbox, started for it, or the account of the default credentials.
import { randomBytes } from 'node:crypto';
import { decodeJwt } from 'jose';
import type { ClientConfig } from '../../client/account/clients.ts';
import { NO_REGION } from '../../client/account/region.ts';
import { brokerStacks } from '../../client/account/stacks.ts';
import type { Api } from '../../client/broker-client.ts';
import type { TrailEvent } from '../../sandbox/account/trail.ts';
import type { Sandbox, SandboxOptions } from '../../sandbox/sandbox.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { clientConfigOf, environmentNameOf, refusalsSince, variable } from '../sandbox/place.ts';

/** Of the sessions in which the broker tries an access role. */
const PROBE_SESSION_NAME = 'IAMSessionBroker-probe';

export interface Target {
  readonly name: 'sandbox' | 'aws';
  /** How its stacks' names end: `Sandbox`. */
  readonly environment: string;
  /** Where the API is, if not where its stack says: a custom domain name that no resolver knows. */
  readonly api?: Pick<Api, 'endpoint' | 'resolve'>;
  /** For every AWS client of the story; empty on AWS, whose own defaults apply. */
  readonly clientConfig: ClientConfig;
  /** Appended to the names of what the story creates; empty in the sandbox, which holds nothing else. */
  readonly suffix: string;
  /** How long a step waits for IAM's changes, and the broker's caches, to take effect. */
  readonly patienceMs: number;
  /** The same claims in a token that has expired; absent where none can be had. */
  readonly expire?: (token: string) => Promise<string>;
  /** Calls that were refused or failed since the last time this was asked, newest last. */
  readonly refusals: () => string[];
  readonly stop: () => Promise<void>;
}

/** Deploys the synthesized templates into a sandbox of the story's own, on free ports. */
export async function sandboxTarget(options: SandboxOptions = {}): Promise<Target> {
  const environmentName = environmentNameOf(options.environment ?? 'sandbox');
  const sandbox = await startSandbox({ port: 0, stacks: brokerStacks(environmentName), ...options });
  return {
    name: 'sandbox',
    environment: environmentName,
    api: { endpoint: variable(sandbox, 'ISB_API_ENDPOINT'), resolve: sandbox.environment['ISB_RESOLVE'] },
    clientConfig: clientConfigOf(sandbox),
    suffix: '',
    patienceMs: 0,
    expire: (token) => expiredCopy(sandbox, token),
    refusals: refusalsSince(sandbox, withoutIntendedDenials),
    stop: () => sandbox.stop(),
  };
}

/** The deployed stacks of the account that the AWS SDK's default credentials and region name. */
export function awsTarget(region: string | undefined, environment = 'sandbox'): Target {
  if (!region) throw new Error(NO_REGION);
  return {
    name: 'aws',
    environment: environmentNameOf(environment),
    clientConfig: { region },
    suffix: `-${randomBytes(4).toString('hex')}`,
    // Registrations are cached for 30 seconds, and IAM takes some seconds to carry a change everywhere.
    patienceMs: 60_000,
    refusals: () => ['The function’s log group in CloudWatch holds an audit record of every decision.'],
    stop: async () => {},
  };
}

/** Signed by the user pool itself: everything about the token is right but its time. */
async function expiredCopy(sandbox: Sandbox, token: string): Promise<string> {
  const claims = decodeJwt(token);
  const [userPool] = sandbox.account.userPools.values();
  if (!userPool) throw new Error('the sandbox has no user pool');
  const hourAgo = Math.floor(sandbox.account.now() / 1_000) - 3_600;
  return userPool.sign({ ...claims, auth_time: hourAgo - 3_600, iat: hourAgo - 3_600, exp: hourAgo });
}

/**
 * The broker probes a trust policy with what it should not let in. So what a probe is denied tells nothing,
 * unless every one is: then the role cannot be assumed at all, and the last of them, with the application's own external
 * id, says why.
 */
function withoutIntendedDenials(events: readonly TrailEvent[]): readonly TrailEvent[] {
  const isProbe = ({ parameters }: TrailEvent) => parameters?.['RoleSessionName'] === PROBE_SESSION_NAME;
  const isAssumable = events.some((event) => isProbe(event) && event.statusCode === 200);
  const telling = isAssumable ? undefined : events.filter(isProbe).at(-1);
  return events.filter((event) => !isProbe(event) || event === telling);
}
