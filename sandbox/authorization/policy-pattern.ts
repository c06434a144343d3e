// A policy's text as it compares with a request: variables replaced by their values, wildcards kept apart from characters.
import { arnParts, readVariable } from '../identities/policy-text.ts';
import type { RequestContext } from './request-context.ts';

interface Piece {
  readonly text: string;
  readonly isWildcard: boolean;
}

/** A condition key's value; `undefined` where the request has no such key. Case does not count. */
type KeyValues = (key: string) => string | string[] | undefined;

/**
 * The keys of a request for this action. Only the resources of IAM and STS have tags here: another service's would count as
 * untagged, and a denial that goes by a tag would be passed over.
 */
export function keyValues(context: RequestContext, action: string): KeyValues {
  const values = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]));
  return (key) => {
    const name = key.toLowerCase();
    if (name.startsWith('aws:resourcetag/') && !/^(iam|sts):/i.test(action)) {
      throw new Error(`the sandbox does not supply ${key} for ${action}`);
    }
    return values.get(name);
  };
}

/** How one policy's texts are read: before version 2012-10-17, `${` is text. */
export interface Reading {
  readonly valueFor: KeyValues;
  readonly hasVariables: boolean;
}

/**
 * `undefined` where a variable has no value: nothing equals such a text, and nothing is like it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-no-value
 * @throws Error where AWS does not say what the text would be
 */
function resolve(text: string, { valueFor, hasVariables }: Reading): Piece[] | undefined {
  const pieces: Piece[] = [];
  const tokens = hasVariables ? /\$\{([^}]*)\}|[*?]|[^*?$]+|\$/g : /[*?]|[^*?]+/g;
  for (const [token, inner] of text.matchAll(tokens)) {
    if (inner === undefined) {
      pieces.push({ text: token, isWildcard: token === '*' || token === '?' });
      continue;
    }
    const value = /^[*?$]$/.test(inner) ? inner : variableValue(inner, valueFor);
    if (value === undefined) return undefined;
    pieces.push({ text: value, isWildcard: false });
  }
  return pieces;
}

function variableValue(inner: string, valueFor: KeyValues): string | undefined {
  const variable = readVariable(inner);
  const value = variable && valueFor(variable.name);
  if (variable && value === undefined) return variable.preset;
  if (typeof value === 'string' && value !== '') return value;
  throw new Error(`what AWS puts in place of \${${inner}} is not documented for the request's value`);
}

/** Whether the whole value is the text, a wildcard in it being a character. */
export function equalsText(text: string, value: string, reading: Reading, ignoresCase = false): boolean {
  const resolved = resolve(text, reading)
    ?.map((piece) => piece.text)
    .join('');
  return ignoresCase ? resolved?.toLowerCase() === value.toLowerCase() : resolved === value;
}

/** Whether the whole value is like the text: `*` stands for any characters, `?` for one. */
export function isLikeText(text: string, value: string, reading: Reading): boolean {
  const pieces = resolve(text, reading);
  return pieces !== undefined && patternOf(pieces).test(value);
}

/** Part by part: before the last, no wildcard takes a colon. A policy's ARN that stops early stands for all the rest. */
export function isLikeArn(arn: string, value: string, reading: Reading): boolean {
  const parts = arnParts(arn);
  const asked = value.split(':');
  const last = asked.slice(5).join(':');
  if (asked.length < 6) return false;
  return [...asked.slice(0, 5), last].every((part, at) => isLikeText(parts[at] ?? '*', part, reading));
}

/** Whether a variable in the text has no value in this request. */
export function lacksValue(text: string, reading: Reading): boolean {
  return resolve(text, reading) === undefined;
}

function patternOf(pieces: readonly Piece[]): RegExp {
  const source = pieces.map(({ text, isWildcard }) => {
    if (isWildcard) return text === '*' ? '.*' : '.';
    return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  });
  return new RegExp(`^${source.join('')}$`, 'su');
}
