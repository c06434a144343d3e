// `isb`: the command line of the broker. One table of commands, and what becomes of their errors.
import { NotDeployed } from '../account/stacks.ts';
import { argumentProblem } from '../arguments.ts';
import { NoAnswer } from '../no-answer.ts';
import { applications } from './applications.ts';
import { describeAwsFailure } from './aws-failure.ts';
import { type Command, CommandFailure, type Surroundings, WrongUsage } from './command.ts';
import { importReference } from './import.ts';
import { revoke } from './revoke.ts';
import { who } from './who.ts';

const commands: ReadonlyMap<string, Command> = new Map([
  ['applications', applications],
  ['import', importReference],
  ['revoke', revoke],
  ['who', who],
]);

const usage = `Usage: npx isb COMMAND [OPTIONS]

${[...commands].map(([name, { summary }]) => `  ${name.padEnd(12)} ${summary}`).join('\n')}

  --help, -h prints this; after a command, what that takes

Exit codes: 0 done, 1 failed, 2 wrong usage.
`;

/** Runs a command. Returns the exit code, and never rejects. */
export async function main(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { stdout, stderr } = surroundings;
  const [name = '', ...rest] = args;
  const command = commands.get(name);
  if (args.includes('--help') || args.includes('-h')) {
    stdout.write(command?.usage ?? usage);
    return 0;
  }
  if (!command) {
    stderr.write(`${name === '' ? 'which command?' : `isb has no command ${name}`}\n\n${usage}`);
    return 2;
  }
  try {
    await command.run(rest, surroundings);
    return 0;
  } catch (error) {
    if (error instanceof WrongUsage) {
      const help = `npx isb ${name} --help`;
      stderr.write(argumentProblem(error.cause ?? error, { usage: command.usage, help }));
      return 2;
    }
    stderr.write(`isb ${name} failed: ${describe(error)}\n`);
    return 1;
  }
}

function describe(error: unknown): string {
  const isOurs = [CommandFailure, NotDeployed, NoAnswer].some((ours) => error instanceof ours);
  return isOurs ? (error as Error).message : describeAwsFailure(error);
}
