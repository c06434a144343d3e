// Comparisons of JSON filter patterns: numbers with numbers, text with text, in which `*` stands for any characters.
import { notUnderstood } from './not-understood.ts';

const isNumber = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * @param literal as it stands in the pattern: quoted, or not
 * @throws AwsError InvalidParameterException
 */
export function comparisonWith(operator: string, literal: string): (value: unknown) => boolean {
  if (isNumber.test(literal)) return numeric(operator, Number(literal));
  // AWS says of none of these what they are compared with.
  if (/^(?:true|false|null)$|^[+-]?[\d*]*\d[\d*]*$/i.test(literal))
    throw notUnderstood('the unquoted value', literal);
  if (operator !== '=' && operator !== '!=') throw notUnderstood(`${operator} for a text`, literal);
  const text = literal.startsWith('"') ? literal.slice(1, -1) : literal;
  const pattern = new RegExp(`^${text.split('*').map(escapeRegExp).join('[\\s\\S]*')}$`, 'u');
  const isAny = text === '*';
  return (value) => {
    const isText = typeof value === 'string' || (isAny && value !== null && typeof value !== 'object');
    return isText && pattern.test(String(value)) === (operator === '=');
  };
}

function numeric(operator: string, number: number): (value: unknown) => boolean {
  const holds: Readonly<Record<string, (value: number) => boolean>> = {
    '=': (value) => value === number,
    '!=': (value) => value !== number,
    '<': (value) => value < number,
    '>': (value) => value > number,
    '<=': (value) => value <= number,
    '>=': (value) => value >= number,
  };
  return (value) => typeof value === 'number' && holds[operator]?.(value) === true;
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
