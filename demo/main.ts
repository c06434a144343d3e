// `npm run demo`: plays a story and exits 0 only if every step came out right.
import { parseArgs } from 'node:util';
import { Interruption, interruptionOf } from '../client/account/interruption.ts';
import { argumentProblem } from '../client/arguments.ts';
import { requireEnvironment } from '../sandbox/templates/environments.ts';
import { createNarrator, StepFailure } from './narration/narrator.ts';
import { type Place, type Story, stories } from './story.ts';

const usage = `Usage: npm run demo [-- [--story NAME] [--target sandbox|aws] [--environment NAME]]

  --story NAME          what is played: ${told()}.
                        Default broker.
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

const { story, place, environment } = readArguments();
const signal = interruptionOf(process);
const narrator = createNarrator(process.stdout, { noColor: Boolean(process.env['NO_COLOR']), signal });
try {
  const ending = await story.tell(place, environment, narrator);
  signal.throwIfAborted();
  narrator.say(`\n${ending}`);
} catch (error) {
  process.exitCode = error instanceof Interruption ? error.exitCode : 1;
  narrator.say(`\n${conclusionOf(error)}`);
}

function told(): string {
  return Object.entries(stories)
    .map(([name, { about }]) => `${name}, ${about}`)
    .join(';\n                        ');
}

function conclusionOf(error: unknown): string {
  if (error instanceof Interruption) return `Stopped by ${error.signalName}, after cleaning up.`;
  if (error instanceof StepFailure) return `The demo failed at ${error.message}.`;
  return `The demo failed: ${error instanceof Error ? error.message : String(error)}`;
}

function readArguments(): { story: Story; place: Place; environment: string } {
  try {
    const { values } = parseArgs({
      options: {
        story: { type: 'string', default: 'broker' },
        target: { type: 'string', default: 'sandbox' },
        environment: { type: 'string', default: 'sandbox' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    const { story: name, target: place, environment, help } = values;
    if (help) {
      process.stdout.write(usage);
      process.exit(0);
    }
    const story = Object.hasOwn(stories, name) ? stories[name] : undefined;
    if (!story) throw new Error(`--story must be ${Object.keys(stories).join(' or ')}`);
    if (place !== 'sandbox' && place !== 'aws') throw new Error('--target must be sandbox or aws');
    const refusal = story.refuses(place, environment);
    if (refusal !== undefined) throw new Error(refusal);
    // In an account it is what is deployed there that counts.
    if (place === 'sandbox') requireEnvironment(environment);
    return { story, place, environment };
  } catch (error) {
    process.stderr.write(argumentProblem(error, { usage, help: 'npm run demo -- --help' }));
  }
  process.exit(2);
}
