// `npm start`: the sandbox in the foreground, until SIGTERM or SIGINT.
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { argumentProblem } from '../client/arguments.ts';
import { requestLine } from './request-log.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';
import { StateDirectory } from './state-directory.ts';
import { requireEnvironment } from './templates/environments.ts';

const defaultPort = 4566;
/** Further HTTP APIs beside, which may find their ports taken. */
const maxPort = 65_530;
const usage = `Usage: npm start [-- [--port N] [--environment NAME] [--assembly DIRECTORY]
                 [--data] [--other-account ID] [--quiet]]

  --port N              port of the AWS endpoint, 1 to ${maxPort}, default ${defaultPort}; the HTTP API listens on
                        N+1, the JWK set endpoint on N+2; with a portal, this on N+3, its identity providers on N+4,
                        AWS's sign-in and the console on N+5. 0 takes any free ports.
  --environment NAME    whose stacks are deployed: one of those in cdk.json, default sandbox.
  --assembly DIRECTORY  a cloud assembly that is deployed as it stands, cdk.out after npm run synth. By default
                        the environment is synthesized afresh.
  --data                deploys data access too, as cdk.json's example shopfast has it for the environment sandbox:
                        S3 Access Grants, IAM Identity Center, and a broker that asks for its users' data.
  --other-account ID    opens an account beside that of the stacks, with IAM, STS, S3 and IAM Identity Center: 12 digits.
                        Its administrator's key is in ISB_OTHER_ACCESS_KEY_ID and ISB_OTHER_SECRET_ACCESS_KEY.
  --quiet               no line on stderr for every request, with the reason of each refusal.
  --help, -h            prints this.
`;

interface Arguments {
  readonly port: number;
  readonly environment: string;
  readonly quiet: boolean;
  readonly dataAccess: boolean;
  readonly assemblyDirectory?: string;
  readonly otherAccounts?: readonly string[];
}

const stop = new AbortController();
stop.signal.addEventListener('abort', () => process.stderr.write('stopping\n'));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());

// Whoever read the output may be gone; there is still a sandbox to stop.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

const wanted = readArguments();
if (wanted) process.exitCode = await run(wanted);

async function run(wanted: Arguments): Promise<number> {
  const { port: requestedPort } = wanted;
  try {
    await StateDirectory.requireWritable();
    const onProgress = (line: string) => process.stderr.write(`${line}\n`);
    const sandbox = await startSandbox({ ...wanted, onProgress, signal: stop.signal });
    await serve(sandbox, new StateDirectory(sandbox, { isTemporary: requestedPort === 0 }), wanted);
    return 0;
  } catch (error) {
    if (error === stop.signal.reason) return 0;
    process.stderr.write(`${explain(error, requestedPort)}\n`);
    return 1;
  }
}

async function serve(sandbox: Sandbox, state: StateDirectory, { quiet }: Arguments): Promise<void> {
  try {
    const exports = await state.write(sandbox);
    process.stderr.write(`in another terminal: source ${state.environmentFile}\n${portalLines(sandbox)}`);
    if (!quiet) {
      sandbox.account.trail.follow((event, request) =>
        process.stderr.write(`${requestLine(event, request)}\n`),
      );
    }
    process.stdout.write(`${exports}ready\n`);
    if (!stop.signal.aborted) await once(stop.signal, 'abort');
  } finally {
    await sandbox.stop().finally(() => state.clear());
  }
}

/** How a person gets into the portal; nothing where there is none. */
function portalLines({ portal, environment }: Sandbox): string {
  if (!portal) return '';
  const { services, leftOut } = portal.targetRoles;
  return [
    `portal: open ${environment['ISB_PORTAL_URL']} and sign in`,
    `  as ${portal.identityProviders.userNames.join(', ')}`,
    `  with the password ${portal.identityProviders.password}`,
    ...(services.length > 0 ? [`  targets: ${services.join(', ')}`] : []),
    ...(leftOut.length > 0
      ? [`  of another partition, and not to be opened here: ${leftOut.join(', ')}`]
      : []),
    '',
  ].join('\n');
}

/** `undefined` where there is nothing to start. */
function readArguments(): Arguments | undefined {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: 'string', default: String(defaultPort) },
        environment: { type: 'string', default: 'sandbox' },
        assembly: { type: 'string' },
        data: { type: 'boolean', default: false },
        'other-account': { type: 'string' },
        quiet: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) {
      process.stdout.write(usage);
      return undefined;
    }
    const { port, environment, quiet, data: dataAccess, assembly: assemblyDirectory } = values;
    if (!/^\d{1,5}$/.test(port) || Number(port) > maxPort) {
      throw new Error(`--port must be from 0 to ${maxPort}`);
    }
    const otherAccount = values['other-account'];
    if (otherAccount !== undefined && !/^\d{12}$/.test(otherAccount)) {
      throw new Error('--other-account must have 12 digits');
    }
    requireEnvironment(environment, assemblyDirectory);
    return {
      port: Number(port),
      environment,
      quiet,
      dataAccess,
      ...(assemblyDirectory !== undefined && { assemblyDirectory }),
      ...(otherAccount !== undefined && { otherAccounts: [otherAccount] }),
    };
  } catch (error) {
    process.stderr.write(argumentProblem(error, { usage, help: 'npm start -- --help' }));
    process.exitCode = 2;
    return undefined;
  }
}

function explain(error: unknown, requestedPort: number): string {
  const { code, port: usedPort, message } = error as NodeJS.ErrnoException & { port?: number };
  if (code !== 'EADDRINUSE') return message;
  const last =
    usedPort !== undefined && usedPort > requestedPort + 2
      ? Math.max(usedPort, requestedPort + 5)
      : requestedPort + 2;
  const needed = `ports ${requestedPort} to ${last} are needed`;
  return `${needed}, and ${usedPort} is in use; choose others with -- --port N`;
}
