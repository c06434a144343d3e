// `npm start`: the sandbox in the foreground, until SIGTERM or SIGINT.
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { type Sandbox, startSandbox } from './sandbox.ts';
import { StateDirectory } from './state-directory.ts';

const defaultPort = 4566;
const usage = `Usage: npm start [-- --port N]

  --port N   port of the AWS endpoint, 1 to 65533, default ${defaultPort}; the HTTP API listens on N+1,
             the JWK set endpoint on N+2. 0 takes any free ports.
`;

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());

// Whoever read the output may be gone; there is still a sandbox to stop.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

const port = readPort();
if (port !== undefined) process.exitCode = await run(port);

async function run(requestedPort: number): Promise<number> {
  try {
    const onProgress = (line: string) => process.stderr.write(`${line}\n`);
    const sandbox = await startSandbox({ port: requestedPort, onProgress, signal: stop.signal });
    await serve(sandbox, new StateDirectory(requestedPort === defaultPort ? undefined : sandbox));
    return 0;
  } catch (error) {
    if (error === stop.signal.reason) return 0;
    process.stderr.write(`${explain(error)}\n`);
    return 1;
  }
}

async function serve(sandbox: Sandbox, state: StateDirectory): Promise<void> {
  try {
    const exports = await state.write(sandbox);
    process.stdout.write(`${exports}ready\n`);
    if (!stop.signal.aborted) await once(stop.signal, 'abort');
    process.stderr.write('stopping\n');
  } finally {
    await sandbox.stop().finally(() => state.clear());
  }
}

function readPort(): number | undefined {
  try {
    const { values } = parseArgs({ options: { port: { type: 'string', default: String(defaultPort) } } });
    if (/^\d{1,5}$/.test(values.port) && Number(values.port) <= 65_533) return Number(values.port);
    throw new Error(`'${values.port}' is no port`);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}`);
    process.exitCode = 2;
    return undefined;
  }
}

function explain(error: unknown): string {
  const { code, port: usedPort, message } = error as NodeJS.ErrnoException & { port?: number };
  return code === 'EADDRINUSE' ? `port ${usedPort} is in use; choose another with -- --port N` : message;
}
