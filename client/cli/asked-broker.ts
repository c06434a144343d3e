// The broker as the commands of an application ask it: found by their options, signed for as these say.
import { send } from '../http-client.ts';
import { BrokerApi } from '../library/broker-api.ts';
import type { Send } from '../library/https.ts';
import { systemTiming, type Timing } from '../library/timing.ts';
import {
  type BrokerLocation,
  type LocationValues,
  locate,
  locationOptions,
  locationUsage,
  requiredRegion,
} from './broker-location.ts';
import type { Surroundings } from './command.ts';
import { ownCredentials } from './own-credentials.ts';

export const brokerOptions = { ...locationOptions, profile: { type: 'string' } } as const;

export const brokerUsage = `${locationUsage}
  --profile NAME         the AWS profile whose credentials sign; default: what AWS SDKs
                         find by themselves`;

/** Milliseconds that one request may take, and a call with all its retries: as the library's. */
const TIMES = { timeoutMs: 10_000, budgetMs: 20_000 };

/** @throws WrongUsage, NotDeployed */
export async function askedBroker(values: LocationValues, { env, timing }: Surroundings): Promise<BrokerApi> {
  const region = await requiredRegion(values, env);
  const location = await locate(values, region, env);
  const credentials = ownCredentials({ profile: values.profile, region, env });
  return brokerAt(location, { credentials, ...(timing && { timing }) });
}

export interface Asking {
  readonly credentials: ReturnType<typeof ownCredentials>;
  readonly timing?: Timing;
}

export function brokerAt({ endpoint, region, resolve }: BrokerLocation, asking: Asking): BrokerApi {
  const { credentials, timing = systemTiming } = asking;
  return new BrokerApi({
    endpoint,
    region,
    credentials,
    send: sendTo(resolve),
    timing,
    ...TIMES,
  });
}

/** The library's way over the network, to where the name stands. */
export function sendTo(resolve: string | undefined): Send {
  return async ({ timeoutMs, ...call }) => {
    const { status, headers, text } = await send(call, { resolve, timeoutMs });
    return { status, headers: Object.fromEntries(headers), text };
  };
}
