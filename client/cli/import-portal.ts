// `isb import-portal`: reads AWScons's aws_config, prints the settings of a portal, and tells what is to be decided.
import { readFrom, TooLong } from '../input.ts';
import { importAwscons, WrongConfig } from '../portal/awscons.ts';
import { type Command, CommandFailure, type Surroundings, WrongUsage } from './command.ts';
import { parseWords } from './options.ts';
import { escaped } from './shown-text.ts';

const MOST_BYTES = 1_000_000;
const CONVERSION = "python3 -c 'import json, config; print(json.dumps(config.aws_config))'";

export const importPortal: Command = {
  usage: `Usage: npx isb import-portal FILE

Reads an aws_config of AWScons, as JSON, and prints the setting portal of an environment:
docs/portal.md. What changes, and what you must decide, stands on standard error. A
config.py becomes JSON where it lies:
  ${CONVERSION}

  FILE                  the JSON; - for standard input
  --help, -h            prints this

Exit codes: 0 printed, and synthesis takes it once it has the identity provider;
1 printed, and there is more to decide, or it cannot be read; 2 wrong usage.
`,

  async run(args, { stdin, stdout, stderr }) {
    const [file, ...others] = parseWords(args, {}).positionals;
    if (file === undefined || others.length > 0) throw new WrongUsage('FILE says where the aws_config is');
    const { settings, decisions, changes } = imported(await textOf(file, stdin));
    stdout.write(`${JSON.stringify({ portal: settings }, null, 2)}\n`);
    const tell = (what: string, lines: readonly string[]) => {
      for (const line of lines) stderr.write(`${what} ${escaped(line)}\n`);
    };
    tell('changed:', changes);
    tell('decide:', decisions);
    // The identity provider is always to be given.
    if (decisions.length > 1) throw new CommandFailure(`${decisions.length} things to decide`);
  },
};

/** @throws CommandFailure */
function imported(text: string) {
  let config: unknown;
  try {
    config = JSON.parse(text);
  } catch {
    throw new CommandFailure(`that is no JSON; where config.py is, run: ${CONVERSION}`);
  }
  try {
    return importAwscons(config);
  } catch (error) {
    if (error instanceof WrongConfig) throw new CommandFailure(escaped(error.message));
    throw error;
  }
}

/** @throws CommandFailure */
async function textOf(file: string, stdin: Surroundings['stdin']): Promise<string> {
  try {
    return await readFrom(file, stdin, MOST_BYTES);
  } catch (error) {
    if (error instanceof TooLong)
      throw new CommandFailure(`${escaped(file)} has more than ${MOST_BYTES} bytes`);
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandFailure(`${escaped(file)} cannot be read${code === undefined ? '' : ` (${code})`}`);
  }
}
