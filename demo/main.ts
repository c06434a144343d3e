// `npm run demo`: plays the story and exits 0 only if every step came out right.
import { parseArgs } from 'node:util';
import { Interruption, interruptionOf } from '../client/account/interruption.ts';
import { findRegion } from '../client/account/region.ts';
import { argumentProblem } from '../client/arguments.ts';
import { requireEnvironment } from '../sandbox/templates/environments.ts';
import { endingOf } from './ending.ts';
import { createNarrator, StepFailure } from './narrator.ts';
import { playStory } from './story.ts';
import { awsTarget, sandboxTarget, type Target } from './target.ts';

const usage = `Usage: npm run demo [-- [--target sandbox|aws] [--environment NAME]]

  --target sandbox|aws  where the story is played: a sandbox of its own, the default, or the stacks that are
                        deployed in the account of your credentials, in the region that the AWS CLI would take:
                        AWS_REGION, AWS_DEFAULT_REGION, or that of the profile.
  --environment NAME    whose stacks: default sandbox.
  --help, -h            prints this.

Exit codes: 0 every step came out right, 1 one did not, 2 wrong usage.
`;

// The SDK warns that it will leave Node 20 behind, in the middle of the story; README and CI say what is supported.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

// Whoever read the output may be gone; there is still something to clean up.
process.stdout.on('error', () => {});

const { name, environment } = readArguments();
const signal = interruptionOf(process);
const narrator = createNarrator(process.stdout, { noColor: Boolean(process.env['NO_COLOR']), signal });
let target: Target | undefined;
try {
  if (name === 'sandbox') {
    await narrator.step('Deploy the synthesized stacks into a sandbox', async (progress) => {
      target = await sandboxTarget({ environment, onProgress: progress, signal });
      const stacks = ['IAMSessionBroker', 'IdentityProvider'];
      return `cdk synth → ${stacks.map((stack) => `${stack}-Service-${target?.environment}`).join(', ')}`;
    });
  } else {
    target = awsTarget(await findRegion(process.env), environment);
  }
  if (target) await playStory(target, narrator);
  signal.throwIfAborted();
  narrator.say(`\n${endingOf(name, narrator.notTried)}`);
} catch (error) {
  process.exitCode = error instanceof Interruption ? error.exitCode : 1;
  narrator.say(`\n${conclusionOf(error)}`);
} finally {
  await target?.stop();
}

function conclusionOf(error: unknown): string {
  if (error instanceof Interruption) return `Stopped by ${error.signalName}, after cleaning up.`;
  if (error instanceof StepFailure) return `The demo failed at ${error.message}.`;
  return `The demo failed: ${error instanceof Error ? error.message : String(error)}`;
}

function readArguments(): { name: 'sandbox' | 'aws'; environment: string } {
  try {
    const { values } = parseArgs({
      options: {
        target: { type: 'string', default: 'sandbox' },
        environment: { type: 'string', default: 'sandbox' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    const { target: name, environment, help } = values;
    if (help) {
      process.stdout.write(usage);
      process.exit(0);
    }
    if (name !== 'sandbox' && name !== 'aws') throw new Error('--target must be sandbox or aws');
    // In an account it is what is deployed there that counts.
    if (name === 'sandbox') requireEnvironment(environment);
    return { name, environment };
  } catch (error) {
    process.stderr.write(argumentProblem(error, { usage, help: 'npm run demo -- --help' }));
  }
  process.exit(2);
}
