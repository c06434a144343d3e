// What a command says of arguments that it does not understand.

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
