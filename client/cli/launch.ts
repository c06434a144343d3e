// What every `isb` is in its process: where it writes, what it tells those it starts, and its exit code.
import type { Surroundings } from './command.ts';
import { RUNNING } from './own-credentials.ts';

/** Runs it with the arguments and in the surroundings of this process. */
export async function launch(
  run: (args: readonly string[], surroundings: Surroundings) => Promise<number>,
): Promise<void> {
  const { stdin, stdout, stderr } = process;
  // Whoever read the output may be gone; a command that changes something is not left half done for it.
  stderr.on('error', () => {});
  stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE') return;
    // A full disk, say: what was to be read later is not there.
    stderr.write(`isb: the output cannot be written: ${code}\n`);
    process.exitCode = 1;
  });
  const env = { ...process.env };
  process.env[RUNNING] = '1';
  process.exitCode = (await run(process.argv.slice(2), { env, stdin, stdout, stderr })) || process.exitCode;
}
