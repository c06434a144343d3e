// `npm start`: the sandbox in the foreground, until SIGTERM or SIGINT.
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { type Sandbox, startSandbox } from './sandbox.ts';
import { StateDirectory } from './state-directory.ts';

const defaultPort = 4566;
const maxPort = 65_533;
const usage = `Usage: npm start [-- [--port N] [--environment NAME]]

  --port N            port of the AWS endpoint, 1 to ${maxPort}, default ${defaultPort}; the HTTP API listens on
                      N+1, the JWK set endpoint on N+2. 0 takes any free ports.
  --environment NAME  whose stacks are deployed: one of those in cdk.json, default sandbox.
  --help              prints this.
`;

interface Arguments {
  readonly port: number;
  readonly environment: string;
}

const stop = new AbortController();
stop.signal.addEventListener('abort', () => process.stderr.write('stopping\n'));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());

// Whoever read the output may be gone; there is still a sandbox to stop.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

const wanted = readArguments();
if (wanted) process.exitCode = await run(wanted);

async function run({ port: requestedPort, environment }: Arguments): Promise<number> {
  try {
    const onProgress = (line: string) => process.stderr.write(`${line}\n`);
    const sandbox = await startSandbox({
      port: requestedPort,
      environment,
      onProgress,
      signal: stop.signal,
    });
    const options = { ownsRoot: requestedPort === defaultPort, isTemporary: requestedPort === 0 };
    await serve(sandbox, new StateDirectory(sandbox, options));
    return 0;
  } catch (error) {
    if (error === stop.signal.reason) return 0;
    process.stderr.write(`${explain(error, requestedPort)}\n`);
    return 1;
  }
}

async function serve(sandbox: Sandbox, state: StateDirectory): Promise<void> {
  try {
    const exports = await state.write(sandbox);
    process.stderr.write(`in another terminal: source ${state.environmentFile}\n`);
    process.stdout.write(`${exports}ready\n`);
    if (!stop.signal.aborted) await once(stop.signal, 'abort');
  } finally {
    await sandbox.stop().finally(() => state.clear());
  }
}

/** `undefined` where there is nothing to start. */
function readArguments(): Arguments | undefined {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: 'string', default: String(defaultPort) },
        environment: { type: 'string', default: 'sandbox' },
        help: { type: 'boolean' },
      },
    });
    if (values.help) {
      process.stdout.write(usage);
      return undefined;
    }
    const { port, environment } = values;
    if (/^\d{1,5}$/.test(port) && Number(port) <= maxPort) return { port: Number(port), environment };
    throw new Error(`--port must be from 0 to ${maxPort}`);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}`);
    process.exitCode = 2;
    return undefined;
  }
}

function explain(error: unknown, requestedPort: number): string {
  const { code, port: usedPort, message } = error as NodeJS.ErrnoException & { port?: number };
  if (code !== 'EADDRINUSE') return message;
  const needed = `ports ${requestedPort} to ${requestedPort + 2} are needed`;
  return `${needed}, and ${usedPort} is in use; choose others with -- --port N`;
}
