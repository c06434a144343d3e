// `isb login`: a portal's target on the command line. The user says yes in the browser; the credentials are kept.
import { portalUrl } from '../login/login-request.ts';
import { serviceProblem } from '../portal/target-trust.ts';
import { type Command, CommandFailure, type Surroundings, WrongUsage } from './command.ts';
import { type Format, formats, rendered, type SessionCredentials } from './credentials-format.ts';
import { parseWords } from './options.ts';
import { LONGEST_WAIT_MINUTES, PortalLogin } from './portal-login.ts';

interface Options {
  readonly portal: URL;
  readonly service: string;
  /** `undefined`: nothing is printed, and the credentials are kept. */
  readonly format: Format | undefined;
  readonly duration: string | undefined;
  readonly isNew: boolean;
  readonly opensBrowser: boolean;
  readonly port: number;
}

/** Kept ones that end sooner are renewed: no command should run into their end. */
const LEAST_LEFT_MS = 15 * 60_000;

export const login: Command = {
  usage: `Usage: npx isb login SERVICE [--portal URL] [--format json|env|credential-process]

Gets AWS credentials of a target of the console portal. The browser opens, you sign in and
say yes; the credentials are kept, and taken from there while 15 minutes of them are left.

  SERVICE             the target's name, as the portal's list has it
  --portal URL        the portal; default ISB_PORTAL_URL
  --format FORMAT     what is printed; default: nothing but until when they last
                      json: the credentials
                      env: lines for eval "$(npx isb login SERVICE --format env)"
                      credential-process: for a profile of ~/.aws/config, as below
  --duration SECONDS  of a new session, 900 to 43200; default and bound: the target's
  --new               asks for new ones, whatever is kept
  --no-browser        prints the address, and opens nothing
  --port NUMBER       where the browser brings the answer on 127.0.0.1; default: any free
                      one. With ssh -L NUMBER:127.0.0.1:NUMBER a browser elsewhere does it
  --help, -h          prints this

It waits for the browser ${LONGEST_WAIT_MINUTES} minutes at most; Ctrl-C ends it, and leaves nothing behind.
They are kept in ~/.aws/isb/login, or ISB_LOGIN_CACHE_DIRECTORY, in files that you alone may
read.

As a credential_process it never opens a browser: it prints what is kept until that ends, and
then says to run isb login SERVICE.

  [profile admin]
  credential_process = isb login admin --format credential-process
                       --portal https://portal.example.com/      (all of it on one line)

Exit codes: 0 done, 1 failed, 2 wrong usage.
`,

  async run(args, surroundings) {
    const options = readOptions(args, surroundings.env);
    const { service, format } = options;
    const credentials = await credentialsFor(options, surroundings);
    const { stdout, stderr, env } = surroundings;
    if (format === undefined) stdout.write(`credentials of ${service} until ${credentials.Expiration}\n`);
    else stdout.write(rendered(credentials, format));
    if (format === 'env' && env['AWS_PROFILE'])
      stderr.write('AWS_PROFILE is set, and some SDKs go by it first: unset AWS_PROFILE\n');
  },
};

/** @throws CommandFailure */
async function credentialsFor(options: Options, surroundings: Surroundings): Promise<SessionCredentials> {
  const { format, isNew, service, portal } = options;
  const portalLogin = new PortalLogin({ portal, service }, surroundings);
  // What runs in the background must not have windows open, one for each program that asks.
  const isUnattended = format === 'credential-process';
  const kept = isNew ? undefined : await portalLogin.kept(isUnattended ? 0 : LEAST_LEFT_MS);
  if (kept) return kept;
  if (isUnattended)
    throw new CommandFailure(
      `no credentials of ${service} are kept any more: run isb login ${service} --portal ${portal}`,
    );
  return portalLogin.begin(options);
}

/** @throws WrongUsage */
function readOptions(args: readonly string[], env: Surroundings['env']): Options {
  const { values, positionals } = parseWords(args, {
    portal: { type: 'string' },
    format: { type: 'string' },
    duration: { type: 'string' },
    new: { type: 'boolean', default: false },
    'no-browser': { type: 'boolean', default: false },
    port: { type: 'string', default: '0' },
  });
  const [service, another] = positionals;
  if (service === undefined) throw new WrongUsage('SERVICE says which target of the portal');
  if (another !== undefined) throw new WrongUsage('one SERVICE at a time');
  const problem = serviceProblem(service);
  if (problem) throw new WrongUsage(`SERVICE ${problem}`);
  const portal = portalUrl(values.portal ?? env['ISB_PORTAL_URL'] ?? '');
  if (!portal)
    throw new WrongUsage(
      '--portal, or ISB_PORTAL_URL, must be the address of the portal: an https URL without query; http is for this machine alone',
    );
  const { duration } = values;
  if (duration !== undefined && !isWithin(duration, 900, 43_200))
    throw new WrongUsage('--duration must be a number of seconds from 900 to 43200');
  if (!isWithin(values.port, 0, 65_535)) throw new WrongUsage('--port must be a port, or 0 for any');
  const format = formatOf(values.format);
  if (format === 'credential-process' && values.new)
    throw new WrongUsage('--new opens the browser, and --format credential-process never does');
  return {
    portal,
    service,
    format,
    duration,
    isNew: values.new,
    opensBrowser: !values['no-browser'],
    port: Number(values.port),
  };
}

function formatOf(text: string | undefined): Format | undefined {
  const format = formats.find((each) => each === text);
  if (text !== undefined && !format) throw new WrongUsage(`--format must be ${formats.join(', ')}`);
  return format;
}

function isWithin(text: string, least: number, most: number): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= least && Number(text) <= most;
}
