// Tokens among the arguments: they are refused there, whatever the command.

/** A JWT's header is JSON, and begins with a brace: in base64url, with one of these. */
const JWT = /(^|[^\w-])(eyJ|eyA|ewo|ew0)[\w-]+\.[\w-]{2,}/;

export function holdsToken(args: readonly string[]): boolean {
  return args.some((word) => JWT.test(word));
}

/** How a token is given instead. Says nothing of the one that was there. */
export const tokenArgumentProblem =
  'a token is no argument: whoever is on this machine can read the arguments of processes. ' +
  'Give --token-file FILE (- is standard input), --token-variable NAME or --token-command COMMAND';
