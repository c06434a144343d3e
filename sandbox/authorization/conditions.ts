// Conditions of a statement: whether a request meets them.
import { BlockList, isIP } from 'node:net';
import {
  addressRange,
  type ConditionOperator,
  dateMs,
  parseOperator,
} from '../identities/condition-operators.ts';
import { equalsText, isLikeArn, isLikeText, type Reading } from './policy-pattern.ts';

/** What a comparison is made of: the policy's value, the request's, and how variables are read. */
type Compare = (wanted: string, value: string, reading: Reading) => boolean;

/** By the operator's name without `Not`. */
const comparisons: Readonly<Record<string, Compare>> = {
  StringEquals: equalsText,
  StringEqualsIgnoreCase: (wanted, value, reading) => equalsText(wanted, value, reading, true),
  StringLike: isLikeText,
  ArnEquals: isLikeArn,
  ArnLike: isLikeArn,
  Bool: (wanted, value) => wanted.toLowerCase() === value.toLowerCase(),
  IpAddress: isInRange,
  ...ordered('Numeric', Number),
  ...ordered('Date', dateMs),
};

/**
 * Whether all conditions are met: every operator, every key, and of a key's values any.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
 * @throws Error where AWS does not say whether one is met
 */
export function meetsConditions(
  conditions: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  reading: Reading,
): boolean {
  return Object.entries(conditions).every(([text, keys]) => {
    const operator = parseOperator(text);
    if (!operator) throw new Error(`${text} is no condition operator`);
    return Object.entries(keys).every(([key, values]) =>
      meets(operator, key, [values].flat().map(String), reading),
    );
  });
}

function meets(
  operator: ConditionOperator,
  key: string,
  wanted: readonly string[],
  reading: Reading,
): boolean {
  const { base, kind, set, isNegated, ifExists } = operator;
  const given = reading.valueFor(key);
  if (kind === 'presence') {
    if (given === '') throw new Error(`whether AWS takes an empty ${key} for absent is not documented`);
    return wanted.some((value) => (value.toLowerCase() === 'true') === (given === undefined));
  }
  const compare = comparisons[base];
  if (!compare) throw new Error(`the sandbox does not compare by ${base}`);
  // "Inverse operators match against a null value": what a variable without a value would equal, nothing does.
  const fits = (value: string) => wanted.some((one) => compare(one, value, reading)) !== isNegated;
  if (set) {
    // An empty value counts as none:
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
    const list = [given ?? []].flat().filter((value) => value !== '');
    return set === 'ForAllValues' ? list.every(fits) : list.some(fits);
  }
  if (given === undefined) return ifExists || isNegated;
  if (typeof given !== 'string') throw new Error(`${key} has several values, and ${base} compares one`);
  return fits(given);
}

function ordered(
  family: string,
  read: (text: string) => number | undefined,
): Readonly<Record<string, Compare>> {
  const by =
    (holds: (value: number, wanted: number) => boolean): Compare =>
    (wanted, value) => {
      const [left, right] = [read(value), read(wanted)];
      if (left === undefined || right === undefined || Number.isNaN(left + right)) {
        throw new Error(`"${value}" and "${wanted}" cannot be compared by ${family} operators`);
      }
      return holds(left, right);
    };
  return {
    [`${family}Equals`]: by((value, wanted) => value === wanted),
    [`${family}LessThan`]: by((value, wanted) => value < wanted),
    [`${family}LessThanEquals`]: by((value, wanted) => value <= wanted),
    [`${family}GreaterThan`]: by((value, wanted) => value > wanted),
    [`${family}GreaterThanEquals`]: by((value, wanted) => value >= wanted),
  };
}

function isInRange(wanted: string, value: string): boolean {
  const range = addressRange(wanted);
  const family = isIP(value) === 4 ? 'ipv4' : 'ipv6';
  if (!range || isIP(value) === 0)
    throw new Error(`"${value}" and "${wanted}" cannot be compared as addresses`);
  if (range.family !== family) return false;
  const list = new BlockList();
  list.addSubnet(range.address, range.prefix, family);
  return list.check(value, family);
}
