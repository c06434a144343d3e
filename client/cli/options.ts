// The options of a command, read by Node's own parser; what it does not understand is wrong usage.
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { WrongUsage } from './command.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

/** @throws WrongUsage for an option that there is not, or a word that belongs to none */
export function parseOptions<T extends Options>(args: readonly string[], options: T) {
  return parsed(args, options, false).values;
}

/** The same, with words that belong to no option. */
export function parseWords<T extends Options>(args: readonly string[], options: T) {
  return parsed(args, options, true);
}

function parsed<T extends Options>(args: readonly string[], options: T, allowPositionals: boolean) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals });
  } catch (error) {
    throw new WrongUsage((error as Error).message, { cause: error });
  }
}

/**
 * The name of an application, which is that of its role.
 * @throws WrongUsage
 */
export function applicationName(text: string): string {
  if (!/^[\w+=,.@-]{1,64}$/.test(text)) {
    throw new WrongUsage('--application must be the name of an IAM role, without a path, and no ARN');
  }
  return text;
}

/** Whose registration, where a registrar asks; by default the caller's. @throws WrongUsage */
export function ownerQuery(application: string | undefined): Record<string, string> {
  return application === undefined ? {} : { applicationName: applicationName(application) };
}
