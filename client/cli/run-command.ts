// One command out of a list: what is printed for help, and what becomes of its errors.
import { NotDeployed } from '../account/not-deployed.ts';
import { argumentProblem } from '../arguments.ts';
import { SessionBrokerError } from '../library/errors.ts';
import { NoAnswer } from '../no-answer.ts';
import { describeAwsFailure } from './aws-failure.ts';
import { CommandFailure, type Commands, type Surroundings, WrongUsage } from './command.ts';
import { describeRefusal } from './refusal.ts';
import { escaped } from './shown-text.ts';
import { holdsToken, tokenArgumentProblem } from './token-argument.ts';

/** Returns the exit code, and never rejects. */
export async function runCommand(
  commands: Commands,
  args: readonly string[],
  surroundings: Surroundings,
): Promise<number> {
  const { stdout, stderr } = surroundings;
  const [name = '', ...rest] = args;
  const listed = commands.get(name);
  if (args.includes('--help') || args.includes('-h')) {
    stdout.write(listed ? (await listed.load()).usage : usageOf(commands));
    return 0;
  }
  if (holdsToken(args)) {
    stderr.write(`${tokenArgumentProblem}\n`);
    return 2;
  }
  if (!listed) {
    stderr.write(`${problemOf(name)}\n\n${usageOf(commands)}`);
    return 2;
  }
  const command = await listed.load();
  try {
    await command.run(rest, surroundings);
    return 0;
  } catch (error) {
    if (error instanceof WrongUsage) {
      const help = `npx isb ${name} --help`;
      stderr.write(argumentProblem(error.cause ?? error, { usage: command.usage, help }));
      return 2;
    }
    stderr.write(`isb ${name} failed: ${escaped(describe(error))}\n`);
    return 1;
  }
}

function usageOf(commands: Commands): string {
  const width = Math.max(...[...commands.keys()].map(({ length }) => length));
  return `Usage: npx isb COMMAND [OPTIONS]

${[...commands].map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`).join('\n')}

  --help, -h prints this; after a command, what that takes

Exit codes: 0 done, 1 failed, 2 wrong usage.
`;
}

/** What is no command's name may be anything, and is not repeated. */
function problemOf(name: string): string {
  if (name === '') return 'which command?';
  return /^[\w-]{1,32}$/.test(name) ? `isb has no command ${name}` : 'isb has no such command';
}

/** Names of stacks and addresses stand in it, too, as others wrote them. */
function describe(error: unknown): string {
  if (error instanceof SessionBrokerError) return describeRefusal(error);
  const isOurs = [CommandFailure, NotDeployed, NoAnswer].some((ours) => error instanceof ours);
  return isOurs ? (error as Error).message : describeAwsFailure(error);
}
