// The problems of a registration: how what is wrong with it is told.
import type * as z from 'zod/mini';
import { BrokerError, shownName } from '../errors.ts';
import { isJsonObject } from '../json.ts';

/** A problem that the schema found, in words, with the field that it concerns. */
export function describeIssue(issue: z.core.$ZodIssue): string[] {
  // Of a further session tag, which may be a text or an object, what is wrong with it as what it is.
  if (issue.code === 'invalid_union' && issue.path[0] === 'SessionTags') {
    const issues = issue.errors[isJsonObject(issue.input) ? 1 : 0] ?? [];
    return issues.flatMap((inner) => describeIssue({ ...inner, path: [...issue.path, ...inner.path] }));
  }
  const field = issue.path.map((name) => shownName(String(name))).join('.');
  if (issue.code === 'unrecognized_keys') {
    const within = field === '' ? '' : `${field}.`;
    const whole = field === '' ? 'a registration' : field;
    return issue.keys.map((key) => `${within}${shownName(key)}: not a field of ${whole}`);
  }
  if (issue.code === 'invalid_key') return [`${field}: ${issue.issues[0]?.message ?? 'not an allowed key'}`];
  if (field === '') return [`the body ${issue.message}`];
  const isMissing = issue.code === 'invalid_type' && issue.input === undefined;
  return [`${field}: ${isMissing ? 'is required' : issue.message}`];
}

/** The refusal of a registration: of many problems, the first ten. */
export function invalid(problems: readonly string[]): BrokerError {
  const shown = problems.slice(0, 10);
  return new BrokerError('InvalidRequest', shown.join('; '));
}

/** Whether anything in a document is called `__proto__`. A pointer (`/__proto__`) is not, and finds a claim of that name. */
export function namesPrototype(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.hasOwn(value, '__proto__') || Object.values(value).some(namesPrototype);
}

/** How the field of an issuer is called in a registration's document. */
export function fieldOfIssuer(
  { listsIssuers }: { readonly listsIssuers: boolean },
  index: number,
  name: string,
): string {
  return listsIssuers ? `Issuers.${index}.${name}` : name;
}
