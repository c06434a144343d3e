// Where the broker is: an endpoint, its DNS name by the convention, or the output of its stack; and its region.
import { findRegion, NO_REGION } from '../account/region.ts';
import { addressIn } from '../http-client.ts';
import { endpointOf } from '../library/endpoint.ts';
import { parsedUrl } from '../library/parsed-url.ts';
import { type Surroundings, WrongUsage } from './command.ts';

export const locationOptions = {
  endpoint: { type: 'string' },
  domain: { type: 'string' },
  environment: { type: 'string' },
  region: { type: 'string' },
} as const;

export type LocationValues = Partial<Record<keyof typeof locationOptions | 'profile', string | undefined>>;

/** Of a command's usage. */
export const locationUsage = `  --endpoint URL         of the broker's API; default ISB_API_ENDPOINT, found where
                         ISB_RESOLVE, NAME:PORT:ADDRESS, says if it is set; without
                         it, or with --environment alone, the output of the stack
  --domain PRODUCT.TLD   the broker's DNS name by its convention, with --environment
  --environment NAME     whose broker, where several are deployed
  --region NAME          of the broker; default AWS_REGION, AWS_DEFAULT_REGION, the
                         region of the AWS profile`;

/** Where requests go, and what they are signed for. */
export interface BrokerLocation {
  /** Ends in a slash. */
  readonly endpoint: URL;
  readonly region: string;
  /** See `Api` of broker-client.ts. */
  readonly resolve: string | undefined;
}

/** @throws WrongUsage where there is none, or what cannot be one */
export async function requiredRegion(values: LocationValues, env: Surroundings['env']): Promise<string> {
  const region = await findRegion(env, values);
  if (!region) throw new WrongUsage(`${NO_REGION}, or give --region`);
  if (!isRegionCode(region))
    throw new WrongUsage('--region, or AWS_REGION, must be the code of a region: eu-west-1');
  return region;
}

export function isRegionCode(text: string): boolean {
  return /^[a-z]{2,}(-[a-z]+)+-\d+$/.test(text);
}

/** The endpoint's text where it is given; `undefined` where the stack says it. @throws WrongUsage */
export function givenEndpoint(
  { endpoint, environment }: LocationValues,
  env: Surroundings['env'],
): string | undefined {
  const given = endpoint ?? (environment === undefined ? env['ISB_API_ENDPOINT'] : undefined);
  if (given !== undefined && (!parsedUrl(given) || !/^https?:/.test(given)))
    throw new WrongUsage('--endpoint, or ISB_API_ENDPOINT, must be the URL of the broker’s API');
  return given;
}

/** @throws WrongUsage, NotDeployed */
export async function locate(
  values: LocationValues,
  region: string,
  env: Surroundings['env'],
): Promise<BrokerLocation> {
  const resolve = env['ISB_RESOLVE'] || undefined;
  if (values.domain !== undefined) return { endpoint: byConvention(values, region), region, resolve };
  const given = givenEndpoint(values, env);
  const endpoint = confidential(given ?? (await deployedEndpoint(region, values)), resolve);
  return { endpoint, region, resolve };
}

/** The output of the stack. @throws NotDeployed */
export async function deployedEndpoint(
  region: string,
  { environment }: Pick<LocationValues, 'environment'>,
): Promise<string> {
  const [{ CloudFormationClient }, { findStacks, requiredOutput }] = await Promise.all([
    import('@aws-sdk/client-cloudformation'),
    import('../account/stacks.ts'),
  ]);
  const { service } = await findStacks(new CloudFormationClient({ region }), environment);
  return requiredOutput(service, 'APIEndpoint');
}

function byConvention({ domain = '', endpoint, environment }: LocationValues, region: string): URL {
  if (endpoint !== undefined) throw new WrongUsage('--endpoint and --domain contradict each other');
  if (environment === undefined) throw new WrongUsage('--domain takes --environment, too');
  const [product = '', ...others] = domain.split('.');
  try {
    return endpointOf({ domain: { product, topLevelDomain: others.join('.'), environment } }, region);
  } catch {
    throw new WrongUsage('--domain PRODUCT.TLD and --environment must be lower-case DNS names');
  }
}

/** Tokens go over TLS, or stay on this machine: over loopback, or a name that `resolve` leads there. */
function confidential(text: string, resolve: string | undefined): URL {
  const isLocal = text.startsWith('http:') && leadsToLoopback(new URL(text), resolve);
  try {
    const url = endpointOf({ endpoint: isLocal ? text.replace('http:', 'https:') : text }, '');
    if (isLocal) {
      url.protocol = 'http:';
      // The port that is https's own was dropped above, and without it this would be another address.
      url.port = new URL(text).port;
    }
    return url;
  } catch {
    throw new WrongUsage('--endpoint, or ISB_API_ENDPOINT, must be an https URL; http is for loopback alone');
  }
}

function leadsToLoopback(url: URL, resolve: string | undefined): boolean {
  try {
    return /^(127(\.\d+){3}|::1)$/.test((resolve && addressIn(resolve, url)) || '');
  } catch {
    throw new WrongUsage('ISB_RESOLVE must be NAME:PORT:ADDRESS');
  }
}
