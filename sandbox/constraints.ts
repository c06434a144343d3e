// The constraints of API parameters, with a violation worded as AWS words it.
import { AwsError } from './aws-error.ts';

export interface Constraint {
  readonly minLength?: number;
  readonly maxLength?: number;
  /** Matched against the whole value; shown to the caller without its anchors. */
  readonly pattern?: RegExp;
}

function violation(field: string, value: string | undefined, rule: string): AwsError {
  const subject = value === undefined ? 'Value' : `Value '${value}'`;
  return new AwsError(
    'ValidationError',
    `1 validation error detected: ${subject} at '${field}' failed to satisfy constraint: Member must ${rule}`,
  );
}

/**
 * The value of a required parameter, checked.
 * @param field its name as AWS shows it: `roleName`, `tags.1.member.key`
 * @throws AwsError ValidationError
 */
export function requireText(field: string, value: unknown, constraint: Constraint = {}): string {
  if (typeof value !== 'string') throw violation(field, undefined, 'not be null');
  const { minLength = 1, maxLength, pattern } = constraint;
  if (value.length < minLength) {
    throw violation(field, value, `have length greater than or equal to ${minLength}`);
  }
  if (maxLength !== undefined && value.length > maxLength) {
    throw violation(field, undefined, `have length less than or equal to ${maxLength}`);
  }
  if (pattern && !pattern.test(value)) {
    const shown = pattern.source.replace(/^\^|\$$/g, '');
    throw violation(field, value, `satisfy regular expression pattern: ${shown}`);
  }
  return value;
}

/** As `requireText`, for a parameter that may be left out. */
export function optionalText(field: string, value: unknown, constraint: Constraint = {}): string | undefined {
  return value === undefined ? undefined : requireText(field, value, constraint);
}

/**
 * A whole number within bounds, both inclusive.
 * @throws AwsError ValidationError
 */
export function requireInteger(field: string, value: unknown, bounds: { min: number; max: number }): number {
  const text = String(value);
  const number = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(number)) throw violation(field, text, 'be a number');
  if (number < bounds.min) throw violation(field, text, `have value greater than or equal to ${bounds.min}`);
  if (number > bounds.max) throw violation(field, text, `have value less than or equal to ${bounds.max}`);
  return number;
}

/**
 * A text that is one of these.
 * @throws AwsError ValidationError
 */
export function requireOneOf<Value extends string>(
  field: string,
  value: unknown,
  values: readonly Value[],
): Value {
  const text = requireText(field, value, { minLength: 0 });
  const found = values.find((candidate) => candidate === text);
  if (found !== undefined) return found;
  throw violation(field, text, `satisfy enum value set: [${values.join(', ')}]`);
}

/**
 * A list within bounds, both inclusive.
 * @throws AwsError ValidationError
 */
export function requireList(field: string, value: unknown, bounds: { min: number; max: number }): unknown[] {
  if (!Array.isArray(value)) throw violation(field, undefined, 'not be null');
  if (value.length < bounds.min)
    throw violation(field, undefined, `have length greater than or equal to ${bounds.min}`);
  if (value.length > bounds.max)
    throw violation(field, undefined, `have length less than or equal to ${bounds.max}`);
  return value;
}

/**
 * A structure, whose members are still to be checked.
 * @throws AwsError ValidationError
 */
export function requireStructure(field: string, value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw violation(field, undefined, 'not be null');
}

/**
 * True or false, and no text that says so.
 * @throws AwsError ValidationError
 */
export function requireBoolean(field: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw violation(field, undefined, 'not be null');
}
