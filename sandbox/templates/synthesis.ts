// Synthesis: the CDK application run by its CLI, which writes a cloud assembly.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { devNull } from 'node:os';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export interface SynthesisOptions {
  /** The only environment whose stacks are built, by its name in cdk.json, in any case. Default: all. */
  readonly environment?: string | undefined;
  /** The only stacks whose code is bundled, by name: no other can be deployed. Default: all. */
  readonly stacks?: readonly string[] | undefined;
  /** The example of cdk.json whose settings the environments have besides: `shopfast`. Default: none. */
  readonly example?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

const projectDirectory = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Synthesizes this project's CDK application into a directory, with the CLI of node_modules and neither
 * network nor AWS account. Throws with the CLI's own output when that fails, and the signal's reason when it
 * aborts, once nothing writes into the directory any more.
 */
export async function synthesize(
  outputDirectory: string,
  { signal, ...chosen }: SynthesisOptions = {},
): Promise<void> {
  signal?.throwIfAborted();
  const cli = createRequire(import.meta.url).resolve('aws-cdk/bin/cdk');
  const child = spawn(process.execPath, [cli, ...synthOf(outputDirectory, chosen)], {
    cwd: projectDirectory,
    env: offlineEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    // In a process group of its own: the CLI runs the application in a further process, which must end with it.
    detached: true,
  });
  const endGroup = (): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended by itself, and only its output is still to be read.
    }
  };
  signal?.addEventListener('abort', endGroup);
  const [stdout, stderr, exitCode] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((done, fail) => child.once('error', fail).once('close', done)),
  ]);
  signal?.removeEventListener('abort', endGroup);
  signal?.throwIfAborted();
  if (exitCode !== 0) throw new Error(`cdk synth failed:\n${stdout}${stderr}`);
}

function synthOf(outputDirectory: string, { environment, example, stacks = [] }: SynthesisOptions): string[] {
  // The CLI's validation of the templates takes as long as all the rest, and gives warnings, which nobody would see here.
  const synth = ['synth', ...stacks, '--quiet', '--no-validation', '--output', outputDirectory];
  const context = Object.entries({ environment, example }).filter(([, value]) => value !== undefined);
  return [...synth, ...context.flatMap(([key, value]) => ['--context', `${key}=${value}`])];
}

/** The caller's environment without anything that would make the CLI ask AWS for a default account. */
function offlineEnvironment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_'));
  return {
    ...Object.fromEntries(inherited),
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
    CDK_DISABLE_VERSION_CHECK: '1',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
  };
}
