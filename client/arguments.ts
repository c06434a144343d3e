// What a command says of arguments that it does not understand.
import { type ParseArgsConfig, parseArgs } from 'node:util';

/** Other words are not repeated: one may be a token in the wrong place, or steer the terminal. */
const SHOWN_WORD = /^[\x20-\x7e]{0,40}$/;
/** What Node's parser says of a word that it was given; all else that it says is of options that there are. */
const GIVEN_WORD = /^(Unknown option|Unexpected argument) '([\s\S]*?)'(?:\. (?:To|This) [\s\S]*)?$/;

/**
 * An option that there is not, one line; anything else that is wrong, with the usage below.
 * @param help how the usage is asked for: `npm start -- --help`
 */
export function argumentProblem(error: unknown, { usage, help }: { usage: string; help: string }): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (!code?.startsWith('ERR_PARSE_ARGS_')) return `${message}\n\n${usage}`;
  const [, problem, word = ''] = GIVEN_WORD.exec(message) ?? [];
  const [sentence = ''] = message.split(/\.(?:\s|$)/);
  const shown = SHOWN_WORD.test(word) ? `'${word}'` : '(not shown)';
  return `${problem === undefined ? sentence : `${problem} ${shown}`}; ${help} says what there is\n`;
}

type Values<T extends ParseArgsConfig['options']> = ReturnType<typeof parseArgs<{ options: T }>>['values'];

/**
 * The options that a script was given, with `--help` and `-h` beside those. Where that is asked for, or something is wrong, it
 * says so and ends the process, with 0 or 2.
 */
export function scriptOptions<const T extends NonNullable<ParseArgsConfig['options']>>(
  options: T,
  { usage, help }: { usage: string; help: string },
): Values<T> {
  try {
    const { values } = parseArgs({ options: { ...options, help: { type: 'boolean', short: 'h' } } });
    if (!(values as { help?: boolean }).help) return values as Values<T>;
    process.stdout.write(usage);
  } catch (error) {
    process.stderr.write(argumentProblem(error, { usage, help }));
    process.exit(2);
  }
  process.exit(0);
}
