// Filter patterns for JSON: `{ $.a = "x" && ($.b[*] != 1 || $.c IS NULL) }`; `&&` binds before `||`.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/matching-terms-json-log-events.html
import { comparisonWith } from './json-comparison.ts';
import { readSelector, type Step, select } from './json-selector.ts';
import { notUnderstood } from './not-understood.ts';

type Condition = (event: unknown) => boolean;

/** AWS's own bounds. */
const MOST_WILDCARDS = 3;
/** So deep a pattern may be nested, here. */
const DEEPEST = 50;

/** An event that is no JSON matches none. @throws AwsError InvalidParameterException */
export function jsonPattern(pattern: string): (message: string) => boolean {
  const condition = new Parser(pattern).parse();
  return (message) => {
    try {
      return condition(JSON.parse(message));
    } catch {
      return false;
    }
  };
}

class Parser {
  #rest: string;
  #wildcards = 0;
  #depth = 0;

  constructor(pattern: string) {
    this.#rest = pattern;
  }

  parse(): Condition {
    this.#require('{');
    const condition = this.#either();
    this.#require('}');
    if (this.#rest.trim() !== '') throw notUnderstood('what follows the pattern', this.#rest);
    return condition;
  }

  #either(): Condition {
    const conditions = [this.#both()];
    while (this.#accept('||')) conditions.push(this.#both());
    return (event) => conditions.some((condition) => condition(event));
  }

  #both(): Condition {
    const conditions = [this.#one()];
    while (this.#accept('&&')) conditions.push(this.#one());
    return (event) => conditions.every((condition) => condition(event));
  }

  #one(): Condition {
    if (this.#accept('(')) {
      this.#depth += 1;
      if (this.#depth > DEEPEST)
        throw notUnderstood(`more than ${DEEPEST} levels of parentheses`, this.#rest);
      const condition = this.#either();
      this.#require(')');
      this.#depth -= 1;
      return condition;
    }
    const steps = this.#selector();
    if (this.#word(/^NOT\s+EXISTS\b/)) return (event) => select(event, steps).length === 0;
    const is = this.#word(/^IS\s+(NULL|TRUE|FALSE)\b/);
    if (is) {
      const value = { NULL: null, TRUE: true, FALSE: false }[is[1] as 'NULL'];
      return (event) => select(event, steps).includes(value);
    }
    const operator = this.#word(/^(?:!=|<=|>=|=|<|>)/);
    if (!operator) throw notUnderstood('the operator', this.#rest);
    const literal = this.#word(/^(?:"[^"\\]*"|[^\s"\\%()&|{}]+)/);
    if (!literal) throw notUnderstood('the value', this.#rest);
    const holds = comparisonWith(operator[0], literal[0]);
    // Of a field that is not there AWS does not say whether it differs: here it does not.
    return (event) => select(event, steps).some(holds);
  }

  #selector(): readonly Step[] {
    this.#rest = this.#rest.trimStart();
    const found = readSelector(this.#rest);
    if (!found) throw notUnderstood('the selector', this.#rest);
    const wildcards = found.steps.filter((step) => step === 'any').length;
    this.#wildcards += wildcards;
    if (wildcards > 1 || this.#wildcards > MOST_WILDCARDS)
      throw notUnderstood('more than one wildcard in a selector, or than three in all', this.#rest);
    // AWS documents a wildcard only at the end of a selector.
    if (found.steps.slice(0, -1).includes('any')) throw notUnderstood('what follows a wildcard', this.#rest);
    this.#rest = this.#rest.slice(found.length);
    return found.steps;
  }

  #word(pattern: RegExp): RegExpExecArray | undefined {
    this.#rest = this.#rest.trimStart();
    const found = pattern.exec(this.#rest) ?? undefined;
    if (found) this.#rest = this.#rest.slice(found[0].length);
    return found;
  }

  #accept(symbol: string): boolean {
    this.#rest = this.#rest.trimStart();
    if (!this.#rest.startsWith(symbol)) return false;
    this.#rest = this.#rest.slice(symbol.length);
    return true;
  }

  #require(symbol: string): void {
    if (!this.#accept(symbol)) throw notUnderstood(`the pattern, for want of ${symbol}`, this.#rest);
  }
}
