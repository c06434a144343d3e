// How a wrong setting is reported: where it stands, the value that was given, and what it must be.

/** What is wrong with the settings is for whoever wrote them, and needs no stack trace. */
export class WrongSettings extends Error {}

export type Path = readonly (string | number)[];

/** Settings that are right each by itself, and wrong together. */
export interface Contradiction {
  readonly path: Path;
  readonly message: string;
}

/** Values longer than this are cut. */
const LONGEST_VALUE = 200;

/** `environments.gamma.maxAttempts is 9: must be …`; a setting that is not there has no value to show. */
export function shownAt(environment: string, path: Path, settings: unknown, message: string): string {
  const value = path.reduce<unknown>(
    (within, key) => (within as Record<string | number, unknown> | undefined)?.[key],
    settings,
  );
  return `${[environment, ...path].join('.')}${value === undefined ? '' : ` is ${shown(value)}`}: ${message}`;
}

/**
 * A URL may carry a password, and what fails synthesis stands in a build log. Taken for one is whatever stands between a colon
 * and an `@`, however the URL is misspelled.
 */
function shown(value: unknown): string {
  const text = JSON.stringify(value).replace(/(:[\\/]*)(?:[^"\\]|\\.)*@/g, '$1…@');
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}
