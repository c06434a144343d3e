// What the probe's command line says, checked, with defaults.
import { isIPv4 } from 'node:net';
import { parseArgs } from 'node:util';
import { NO_REGION } from '../client/account/region.ts';
import { parsedUrl } from '../client/library/parsed-url.ts';

export const usage = `Usage: npm run probe                      in a shell that has sourced the sandbox's env file
       npm run probe -- OPTIONS           against a deployed broker, after --setup
       npm run probe -- --setup | --teardown

  --endpoint URL            of the API; default ISB_API_ENDPOINT, found where
                            ISB_RESOLVE, NAME:PORT:ADDRESS, says if it is set
  --region NAME             default AWS_REGION, AWS_DEFAULT_REGION, or that of the profile
  --token-command COMMAND   prints a token of the tenant's user
  --user-pool-client ID     or: signs in with ISB_PROBE_USERNAME and ISB_PROBE_PASSWORD
  --application-role NAME   or ARN; "none": the caller's own credentials are the application's
  --stranger-role NAME      or ARN of a role that may call the API and is not registered
  --bucket NAME             default isb-probe-ACCOUNT-REGION
  --tenant NAME             default probe-yellow
  --other-tenant NAME       default probe-blue
  --claim NAME              the claim that holds the tenant; default custom:tenant_id
  --expired-token-command COMMAND
                            prints a token of the tenant's user that has expired: it must be refused
  --all                     tries what leaves a trace, too: a token in a request's query
  --timeout-ms N            of each check and removal, 100 to 60,000; default 10,000
  --environment NAME        of --setup and --teardown, where several are deployed
  --registrar-role NAME     or ARN, of --setup and --teardown: one of the deployment's
                            registrars; "none": the caller's own credentials are one's
  --jwks-url URL            of --setup: another identity provider than the user pool of the stacks
  --issuer URL              of --setup: its exact issuer
  --help, -h                prints this

Exit codes: 0 every check passed, 1 one failed, 2 wrong usage. A JSON report goes to stdout.
`;

const spelling = {
  endpoint: { type: 'string' },
  region: { type: 'string' },
  'token-command': { type: 'string' },
  'user-pool-client': { type: 'string' },
  'application-role': { type: 'string' },
  'stranger-role': { type: 'string' },
  bucket: { type: 'string' },
  tenant: { type: 'string', default: 'probe-yellow' },
  'other-tenant': { type: 'string', default: 'probe-blue' },
  claim: { type: 'string', default: 'custom:tenant_id' },
  'expired-token-command': { type: 'string' },
  all: { type: 'boolean', default: false },
  'timeout-ms': { type: 'string', default: '10000' },
  environment: { type: 'string' },
  'registrar-role': { type: 'string' },
  'jwks-url': { type: 'string' },
  issuer: { type: 'string' },
  setup: { type: 'boolean', default: false },
  teardown: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false, short: 'h' },
} as const;

export interface Options {
  /** `sandbox`: sets up what it needs, probes, and removes it again. */
  readonly mode: 'help' | 'sandbox' | 'deployed' | 'setup' | 'teardown';
  readonly endpoint: string | undefined;
  /** `NAME:PORT:ADDRESS`: where the endpoint's name is, if no resolver knows it. */
  readonly resolve: string | undefined;
  readonly region: string;
  /** Where the AWS services are, if not where the SDK has them. */
  readonly awsEndpointUrl: string | undefined;
  readonly tokenCommand: string | undefined;
  readonly userPoolClient: string | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly applicationRole: string | undefined;
  readonly strangerRole: string | undefined;
  readonly bucket: string | undefined;
  readonly tenant: string;
  readonly otherTenant: string;
  readonly claimName: string;
  /** Prints a token that has expired. */
  readonly expiredTokenCommand: string | undefined;
  /** Whether that is tried, too, which leaves a trace. */
  readonly all: boolean;
  readonly timeoutMs: number;
  readonly environment: string | undefined;
  /** Writes the registrations; absent: the application writes its own. */
  readonly registrarRole: string | undefined;
  readonly jwksUrl: string | undefined;
  readonly issuer: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Throws, with a sentence for the operator, where the two do not say what to probe. */
export function readOptions(args: string[], env: Environment): Options {
  const { values } = parseArgs({ args, options: spelling });
  const region = values.region ?? env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'];
  const options: Options = {
    mode: modeOf(values, env),
    endpoint: values.endpoint ?? env['ISB_API_ENDPOINT'],
    resolve: env['ISB_RESOLVE'],
    region: region ?? '',
    awsEndpointUrl: env['AWS_ENDPOINT_URL'],
    tokenCommand: values['token-command'],
    userPoolClient: values['user-pool-client'],
    username: env['ISB_PROBE_USERNAME'],
    password: env['ISB_PROBE_PASSWORD'],
    applicationRole: values['application-role'],
    strangerRole: values['stranger-role'],
    bucket: values.bucket,
    tenant: values.tenant,
    otherTenant: values['other-tenant'],
    claimName: values.claim,
    expiredTokenCommand: values['expired-token-command'],
    all: values.all,
    timeoutMs: Number(values['timeout-ms']),
    environment: values.environment,
    registrarRole: values['registrar-role'],
    jwksUrl: values['jwks-url'],
    issuer: values.issuer,
  };
  if (options.mode !== 'help') check(options);
  return options;
}

function check(options: Options): void {
  const { mode, endpoint, region, timeoutMs, tenant, otherTenant } = options;
  if (!region) throw new Error(`${NO_REGION}, or give --region`);
  if (!(timeoutMs >= 100 && timeoutMs <= 60_000)) throw new Error('--timeout-ms must be from 100 to 60000');
  if (options.registrarRole === '') throw new Error('--registrar-role must be the name or ARN of a role');
  if (tenant === otherTenant) throw new Error('--tenant and --other-tenant must differ');
  if (mode === 'deployed') {
    if (!endpoint) throw new Error('there is no endpoint: give --endpoint, or set ISB_API_ENDPOINT');
    if (options.tokenCommand !== undefined && options.userPoolClient !== undefined) {
      throw new Error('--token-command and --user-pool-client are two ways to one token: give one');
    }
    if (options.registrarRole !== undefined) {
      throw new Error(
        '--registrar-role is for --setup and --teardown: a probe of what is registered registers nothing',
      );
    }
  }
  // Elsewhere it is not used: on AWS, a setup takes what the stack puts out.
  if (endpoint && (mode === 'deployed' || isLoopback(options.awsEndpointUrl))) {
    checkEndpoint(endpoint, options);
  }
  const needsPassword =
    mode === 'setup' ? options.jwksUrl === undefined : options.userPoolClient !== undefined;
  if (mode !== 'teardown' && needsPassword && !options.password) {
    throw new Error('there is no password for the user: set ISB_PROBE_PASSWORD');
  }
}

function checkEndpoint(endpoint: string, { resolve, awsEndpointUrl }: Options): void {
  const url = parsedUrl(endpoint);
  if (!url || !endpoint.endsWith('/')) {
    throw new Error('the endpoint must be a URL that ends in a slash');
  }
  if (resolve !== undefined && !RESOLVE.test(resolve))
    throw new Error('ISB_RESOLVE must be NAME:PORT:ADDRESS');
  const { protocol } = url;
  if (protocol === 'https:') return;
  const staysHere =
    isLoopback(endpoint) || isLoopback(awsEndpointUrl) || resolvesToLoopback(endpoint, resolve);
  // The request carries a token, and the answer credentials.
  if (protocol !== 'http:' || !staysHere) throw new Error('the endpoint must be https, or on this machine');
}

const RESOLVE = /^([^:]+):(\d+):\[?([^[\]]+)\]?$/;

function resolvesToLoopback(endpoint: string, resolve = ''): boolean {
  const [, name = '', port, address = ''] = RESOLVE.exec(resolve) ?? [];
  const { hostname, port: endpointPort } = new URL(endpoint);
  if (name.toLowerCase() !== hostname || port !== (endpointPort || '80')) return false;
  return address === '::1' || (isIPv4(address) && address.startsWith('127.'));
}

function modeOf(
  values: { setup: boolean; teardown: boolean; help: boolean } & Readonly<
    Record<string, string | boolean | undefined>
  >,
  env: Environment,
): Options['mode'] {
  if (values.help) return 'help';
  if (values.setup && values.teardown) throw new Error('--setup and --teardown exclude each other');
  if (values.setup) return 'setup';
  if (values.teardown) return 'teardown';
  if (values['token-command'] !== undefined || values['user-pool-client'] !== undefined) return 'deployed';
  const ofDeployed = ['endpoint', 'application-role', 'stranger-role', 'bucket'].find(
    (name) => values[name] !== undefined,
  );
  if (ofDeployed) throw new Error(`--${ofDeployed} needs --token-command or --user-pool-client beside it`);
  if (isLoopback(env['AWS_ENDPOINT_URL'])) return 'sandbox';
  throw new Error(
    'there is nothing to probe: run `npm start` and source the file that it names, or give the options of a deployed broker',
  );
}

/** Nothing is ever created in an AWS account unless `--setup` says so. */
export function isLoopback(url: string | undefined): boolean {
  const { hostname = '' } = parsedUrl(url ?? '') ?? {};
  return ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
}
