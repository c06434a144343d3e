// Environment variables: the only place that reads process.env, and how a setting is read off one.
export type Variables = Readonly<Record<string, string | undefined>>;

/** Those of the process, as they are now: Lambda changes one of them with every request. */
export const variables: Variables = process.env;

/** Throws, as all readers do, an Error that names the variable. */
export function required(from: Variables, name: string): string {
  const value = from[name];
  if (!value) throw new Error(`the environment variable ${name} is not set`);
  return value;
}

/** A list that is there and names nobody is a mistake, and not the leave for everybody. */
function names(from: Variables, name: string, separator: string, of: string): string[] {
  const value = from[name] ?? '';
  const list = value
    .split(separator)
    .map((one) => one.trim())
    .filter((one) => one !== '');
  if (list.length === 0 && value !== '') throw new Error(`the environment variable ${name} names no ${of}`);
  return list;
}

/** Between spaces: the names of roles may have commas. */
export function roleNames(from: Variables, name: string): string[] {
  return names(from, name, ' ', 'role');
}

/** Between commas. */
export function hostNames(from: Variables, name: string): string[] {
  return names(from, name, ',', 'host').map((host) => host.toLowerCase());
}

/** False where it is not set. */
export function trueOrFalse(from: Variables, name: string): boolean {
  const value = from[name] ?? 'false';
  if (value !== 'true' && value !== 'false')
    throw new Error(`the environment variable ${name} must be true or false`);
  return value === 'true';
}

/** Of six digits at most; from 1, unless 0 has a meaning. */
export function wholeNumber(from: Variables, name: string, byDefault: number, least = 1): number {
  const value = from[name];
  if (value === undefined) return byDefault;
  if (!/^(0|[1-9]\d{0,5})$/.test(value) || Number(value) < least)
    throw new Error(`the environment variable ${name} must be a whole number`);
  return Number(value);
}

/** As {@link wholeNumber}; `undefined` where it is not set. */
export function optionalNumber(from: Variables, name: string): number | undefined {
  return from[name] === undefined ? undefined : wholeNumber(from, name, 0);
}

/** The first where it is not set. */
export function oneOf<T extends string>(from: Variables, name: string, values: readonly [T, ...T[]]): T {
  const value = from[name] ?? values[0];
  const known = values.find((one) => one === value);
  if (known === undefined)
    throw new Error(`the environment variable ${name} must be one of ${values.join(', ')}`);
  return known;
}
