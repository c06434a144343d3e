// `npm start`: the sandbox in the foreground, until SIGTERM or SIGINT.
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { type Sandbox, startSandbox } from './sandbox.ts';
import { StateDirectory } from './state-directory.ts';

const defaultPort = 4566;
const maxPort = 65_533;
const usage = `Usage: npm start [-- --port N]

  --port N   port of the AWS endpoint, 1 to ${maxPort}, default ${defaultPort}; the HTTP API listens on N+1,
             the JWK set endpoint on N+2. 0 takes any free ports.
  --help     prints this.
`;

const stop = new AbortController();
stop.signal.addEventListener('abort', () => process.stderr.write('stopping\n'));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());

// Whoever read the output may be gone; there is still a sandbox to stop.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

const port = readPort();
if (port !== undefined) process.exitCode = await run(port);

async function run(requestedPort: number): Promise<number> {
  try {
    const onProgress = (line: string) => process.stderr.write(`${line}\n`);
    const sandbox = await startSandbox({ port: requestedPort, onProgress, signal: stop.signal });
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
function readPort(): number | undefined {
  try {
    const { values } = parseArgs({
      options: { port: { type: 'string', default: String(defaultPort) }, help: { type: 'boolean' } },
    });
    if (values.help) {
      process.stdout.write(usage);
      return undefined;
    }
    if (/^\d{1,5}$/.test(values.port) && Number(values.port) <= maxPort) return Number(values.port);
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
