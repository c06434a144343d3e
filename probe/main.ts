// `npm run probe`: tells on stderr, reports as JSON on stdout, and exits 0 only if every check passed.
import { Cleanup } from '../client/account/cleanup.ts';
import { Interruption, interruptionOf } from '../client/account/interruption.ts';
import { findRegion } from '../client/account/region.ts';
import { argumentProblem } from '../client/arguments.ts';
import { describeError } from './check.ts';
import { type Options, readOptions, usage } from './options.ts';
import { prepare, setupParts } from './preparation.ts';
import { leftBehind, NOTHING } from './removal.ts';
import { run } from './run.ts';
import { addRemovals, setUp } from './setup.ts';

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

// Whoever read the output may be gone; there may still be something to clean up.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

const tell = (line: string) => process.stderr.write(`${line}\n`);

const { exitCode, output } = await main();
// Ended rather than left to end: what hangs would keep the process.
process.stdout.write(output, () => process.exit(exitCode));

async function main(): Promise<{ exitCode: number; output: string }> {
  let options: Options;
  try {
    options = readOptions(process.argv.slice(2), {
      ...process.env,
      AWS_REGION: await findRegion(process.env),
    });
  } catch (error) {
    process.stderr.write(argumentProblem(error, { usage, help: 'npm run probe -- --help' }));
    return { exitCode: 2, output: '' };
  }
  try {
    switch (options.mode) {
      case 'help':
        return { exitCode: 0, output: usage };
      case 'setup':
        return { exitCode: 0, output: await setUpToStay(options) };
      case 'teardown':
        return { exitCode: await tearDown(options), output: '' };
      default: {
        // For a run alone: `--setup` and `--teardown` clean nothing up, and end at once.
        const signal = interruptionOf(process);
        const report = await run(options, { tell, signal });
        return { exitCode: report.passed ? 0 : 1, output: `${JSON.stringify(report, undefined, 2)}\n` };
      }
    }
  } catch (error) {
    if (error instanceof Interruption) return { exitCode: error.exitCode, output: '' };
    tell(`the probe failed: ${describeError(error)}`);
    return { exitCode: 1, output: '' };
  }
}

/** Tells how to run the probe from now on. What a setup that fails has created is left to `--teardown`. */
async function setUpToStay(options: Options): Promise<string> {
  const parts = await setupParts(options, prepare(options).clients);
  await setUp(parts, new Cleanup());
  const { api, deployment, names, jwksUrl } = parts;
  tell(`created ${names.application}, ${names.access}, ${names.stranger} and ${names.bucket}`);
  const token =
    jwksUrl === undefined ? `--user-pool-client ${deployment.userPool?.clientId}` : '--token-command COMMAND';
  return `npm run probe -- --region ${options.region} --endpoint ${api.endpoint} ${token}\n`;
}

/** Returns the exit code. */
async function tearDown(options: Options): Promise<number> {
  const cleanup = new Cleanup();
  addRemovals(await setupParts(options, prepare(options).clients), cleanup);
  const left = await leftBehind(cleanup);
  if (left === NOTHING) return 0;
  tell(`left behind: ${left}`);
  return 1;
}
