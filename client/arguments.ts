// What a command says of arguments that it does not understand.
import { type ParseArgsConfig, parseArgs } from 'node:util';

/** Longer words are not repeated: one may be a token in the wrong place. */
const LONGEST_WORD = 40;

/**
 * An option that there is not, one line; anything else that is wrong, with the usage below.
 * @param help how the usage is asked for: `npm start -- --help`
 */
export function argumentProblem(error: unknown, { usage, help }: { usage: string; help: string }): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (!code?.startsWith('ERR_PARSE_ARGS_')) return `${message}\n\n${usage}`;
  const [sentence = ''] = message.split(/\.(?:\s|$)/);
  const shown = sentence.replace(/'([^']*)'/, (word) =>
    word.length > LONGEST_WORD + 2 ? '(not shown)' : word,
  );
  return `${shown}; ${help} says what there is\n`;
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
