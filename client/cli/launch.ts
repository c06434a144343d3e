// What every `isb` is in its process: where it writes, what it tells those it starts, and its exit code.
import type { Surroundings } from './command.ts';
import { RUNNING } from './own-credentials.ts';

/** Runs it with the arguments and in the surroundings of this process. */
export async function launch(
  run: (args: readonly string[], surroundings: Surroundings) => Promise<number>,
): Promise<void> {
  const { stdin, stdout, stderr } = process;
  // Whoever read the output may be gone; a command that changes something is not left half done for it.
  for (const stream of [stdout, stderr]) stream.on('error', () => {});
  const env = { ...process.env };
  process.env[RUNNING] = '1';
  process.exitCode = await run(process.argv.slice(2), { env, stdin, stdout, stderr });
}
