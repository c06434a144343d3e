// Condition operators: their names taken apart, and the values that they can compare.
import { isIP } from 'node:net';
import { arnParts } from './policy-text.ts';

export type OperatorKind =
  | 'string'
  | 'arn'
  | 'number'
  | 'date'
  | 'boolean'
  | 'address'
  | 'binary'
  | 'presence';

export interface ConditionOperator {
  readonly set: 'ForAllValues' | 'ForAnyValue' | undefined;
  /** Without `Not`: `StringLike` of `StringNotLike`. */
  readonly base: string;
  readonly kind: OperatorKind;
  readonly isNegated: boolean;
  readonly ifExists: boolean;
}

const order = ['Equals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'];
const kinds = new Map<string, OperatorKind>([
  ...['StringEquals', 'StringEqualsIgnoreCase', 'StringLike'].map((base) => [base, 'string'] as const),
  ...['ArnEquals', 'ArnLike'].map((base) => [base, 'arn'] as const),
  ...order.map((how) => [`Numeric${how}`, 'number'] as const),
  ...order.map((how) => [`Date${how}`, 'date'] as const),
  ['Bool', 'boolean'],
  ['IpAddress', 'address'],
  ['BinaryEquals', 'binary'],
  ['Null', 'presence'],
]);

/**
 * `undefined` for what is no operator.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export function parseOperator(text: string): ConditionOperator | undefined {
  const [, set, name = '', ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(text) ?? [];
  const isNegated = /^(String|Arn)Not|^(Numeric|Date)NotEquals$|^NotIpAddress$/.test(name);
  const base = isNegated ? name.replace('Not', '') : name;
  const kind = kinds.get(base);
  if (!kind || (kind === 'presence' && (set || ifExists))) return undefined;
  return {
    set: set as ConditionOperator['set'],
    base,
    kind,
    isNegated,
    ifExists: ifExists !== undefined,
  };
}

/** Whether a policy's value can be read as such an operator reads it; only texts and ARNs have variables. */
export function isReadable(kind: OperatorKind, value: string): boolean {
  switch (kind) {
    case 'string':
      return true;
    case 'arn':
      return value.startsWith('arn:') && arnParts(value).length === 6;
    case 'number':
      return /^-?\d+(\.\d+)?$/.test(value);
    case 'date':
      return dateMs(value) !== undefined;
    case 'boolean':
    case 'presence':
      return /^(true|false)$/i.test(value);
    case 'address':
      return addressRange(value) !== undefined;
    case 'binary':
      return false;
  }
}

/** Milliseconds of a W3C date, or of seconds since the epoch. Four digits could be a year or seconds: neither. */
export function dateMs(text: string): number | undefined {
  if (/^\d{5,}$/.test(text)) return Number(text) * 1_000;
  if (!/^\d{4}-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?$/.test(text)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

export interface AddressRange {
  readonly address: string;
  readonly family: 'ipv4' | 'ipv6';
  readonly prefix: number;
}

/** An address, or a range in CIDR notation. */
export function addressRange(text: string): AddressRange | undefined {
  const [, address = '', length] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address);
  const longest = version === 4 ? 32 : 128;
  const prefix = length === undefined ? longest : Number(length);
  if (version === 0 || prefix > longest) return undefined;
  return { address, family: version === 4 ? 'ipv4' : 'ipv6', prefix };
}
