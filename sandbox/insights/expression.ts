// Expressions of a Logs Insights query, read into functions of a row; `or`, `and`, `not`, comparisons, arithmetic.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-operations-functions.html
import { functions, type NamedFunction, periodMs } from './functions.ts';
import { malformed } from './malformed.ts';
import type { Row } from './row.ts';
import type { Scanner } from './scanner.ts';
import { compare, numberOf, shown, type Value } from './value.ts';

/** A condition is 1 or 0. */
export type Expression = (row: Row) => Value;

const comparisons: Readonly<Record<string, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '!=': (order) => order !== 0,
  '<': (order) => order < 0,
  '>': (order) => order > 0,
  '<=': (order) => order <= 0,
  '>=': (order) => order >= 0,
};
/** From the loosest to the tightest. */
const arithmetic: readonly Readonly<Record<string, (a: number, b: number) => number>>[] = [
  { '+': (a, b) => a + b, '-': (a, b) => a - b },
  { '*': (a, b) => a * b, '/': (a, b) => a / b, '%': (a, b) => a % b },
  { '^': (a, b) => a ** b },
];

/** So deep a query may be nested, here. */
const DEEPEST = 50;
/** Of these AWS does not say whether they are values or fields. */
const undocumented = ['true', 'false', 'null'];

export class Expressions {
  #depth = 0;

  /** @param known the fields that there are, once `stats` has made them; `undefined`: whatever an event has */
  constructor(
    private readonly scanner: Scanner,
    private readonly known?: ReadonlySet<string>,
  ) {}

  /** A condition. @throws AwsError MalformedQueryException */
  read(): Expression {
    const sides = [this.#conjunction()];
    while (this.scanner.accept('or')) sides.push(this.#conjunction());
    if (sides.length === 1) return sides[0] as Expression;
    return (row) => truth(sides.some((side) => isTrue(side(row))));
  }

  #conjunction(): Expression {
    const sides = [this.#negation()];
    while (this.scanner.accept('and')) sides.push(this.#negation());
    if (sides.length === 1) return sides[0] as Expression;
    return (row) => truth(sides.every((side) => isTrue(side(row))));
  }

  #negation(): Expression {
    if (!this.scanner.accept('not')) return this.#comparison();
    const negated = this.#deeper(() => this.#negation());
    return (row) => truth(!isTrue(negated(row)));
  }

  #comparison(): Expression {
    const { scanner } = this;
    const first = scanner.next;
    const left = this.arithmetic();
    const isLiteral = (first.kind === 'text' || first.kind === 'number') && scanner.end === first.end;
    const operator = Object.keys(comparisons).find((symbol) => scanner.isNext(symbol));
    if (operator !== undefined) {
      scanner.take();
      const right = this.arithmetic();
      const holds = comparisons[operator] as (order: number) => boolean;
      return (row) => {
        const order = compare(left(row), right(row));
        // AWS does not say whether what is not there differs: here it does not.
        return truth(order !== undefined && holds(order));
      };
    }
    if (scanner.accept('=~')) return this.#like(left);
    const isNegated = scanner.accept('not');
    const found = scanner.accept('like')
      ? this.#like(left)
      : scanner.accept('in')
        ? this.#in(left)
        : undefined;
    if (found === undefined) {
      if (isNegated) throw scanner.unexpected('like or in is missing before');
      // As in `code = 'A' or 'B'`, which would be met by every event.
      if (isLiteral) throw malformed(`${first.text} is no condition`, first.at, first.end - first.at);
      return left;
    }
    return isNegated ? (row) => truth(!isTrue(found(row))) : found;
  }

  /** A regular expression that matches somewhere, or a text that is part. */
  #like(left: Expression): Expression {
    const expression = this.scanner.acceptRegExp();
    const part = expression ? '' : this.scanner.requireKind('text', 'a text or a /regular expression/').text;
    return (row) => {
      const value = left(row);
      if (value === undefined) return 0;
      return truth(expression ? expression.test(shown(value)) : shown(value).includes(part));
    };
  }

  #in(left: Expression): Expression {
    this.scanner.require('[');
    const list = this.#listUntil(']');
    return (row) => truth(list.some((item) => compare(left(row), item(row)) === 0));
  }

  #listUntil(end: string): Expression[] {
    const list: Expression[] = [];
    while (!this.scanner.accept(end)) {
      if (list.length > 0) this.scanner.require(',');
      list.push(this.#deeper(() => this.arithmetic()));
    }
    return list;
  }

  /** Sums, products, powers: no comparison. */
  arithmetic(level = 0): Expression {
    const operations = arithmetic[level];
    if (!operations) return this.#operand();
    let left = this.arithmetic(level + 1);
    for (;;) {
      const symbol = Object.keys(operations).find((each) => this.scanner.isNext(each));
      if (symbol === undefined) return left;
      this.scanner.take();
      left = calculated(
        left,
        operations[symbol] as (a: number, b: number) => number,
        this.arithmetic(level + 1),
      );
    }
  }

  #operand(): Expression {
    const { scanner } = this;
    if (scanner.accept('(')) {
      const inner = this.#deeper(() => this.read());
      scanner.require(')');
      return inner;
    }
    if (scanner.accept('-'))
      return calculated(
        () => 0,
        (a, b) => a - b,
        this.#deeper(() => this.#operand()),
      );
    const { kind, text, at, end } = scanner.take();
    if (kind === 'text') return () => text;
    if (kind === 'number') return () => Number(text);
    if (kind !== 'name') throw malformed(`a field or a value is missing before ${text || 'the end'}`, at);
    if (scanner.isNext('(')) return this.#made(text, at) ?? this.#call(text.toLowerCase(), at);
    const isQuoted = end - at > text.length;
    if (!isQuoted && undocumented.includes(text.toLowerCase()))
      throw malformed(`the sandbox does not have the value ${text}`, at, text.length);
    return this.#field(text, at);
  }

  #deeper<Result>(read: () => Result): Result {
    if (this.#depth === DEEPEST)
      throw this.scanner.unexpected(`more than ${DEEPEST} levels are nested before`);
    this.#depth += 1;
    const result = read();
    this.#depth -= 1;
    return result;
  }

  /** A field, and nothing that is reckoned. @throws AwsError MalformedQueryException */
  field(): Expression {
    const { text, at } = this.scanner.requireKind('name', 'a field');
    return this.#field(text, at);
  }

  #field(name: string, at: number): Expression {
    if (this.known && !this.known.has(name))
      throw malformed(`the field ${name} is none that stats leaves`, at, name.length);
    return (row) => row.get(name);
  }

  #call(name: string, at: number): Expression {
    const { scanner } = this;
    const found: NamedFunction | undefined = Object.hasOwn(functions, name) ? functions[name] : undefined;
    if (!found) throw malformed(`the sandbox does not have the function ${name}`, at, name.length);
    scanner.take();
    if (found.takesPeriod) {
      const time = this.#field('@timestamp', at);
      const period = scanner.requireKind('period', 'a period, as 5m,');
      const lengthMs = periodMs(period.text);
      if (lengthMs === undefined)
        throw malformed(`the sandbox does not have the period ${period.text}`, period.at, period.text.length);
      scanner.require(')');
      return (row) => found.run([time(row), lengthMs]);
    }
    const operands = this.#listUntil(')');
    if (operands.length < found.least || operands.length > (found.most ?? found.least))
      throw malformed(`${name} takes another number of arguments`, at, name.length);
    return (row) => found.run(operands.map((operand) => operand(row)));
  }

  /** What `stats` has named by its own words: `sort count(*) desc`. */
  #made(name: string, at: number): Expression | undefined {
    const { query } = this.scanner;
    const column = [...(this.known ?? [])].find(
      (each) => each.startsWith(`${name}(`) && query.startsWith(each, at),
    );
    if (column === undefined) return undefined;
    while (this.scanner.next.at < at + column.length && this.scanner.next.kind !== 'end') this.scanner.take();
    return (row) => row.get(column);
  }
}

export function isTrue(value: Value): boolean {
  return value !== undefined && value !== 0 && value !== '';
}

function truth(isSo: boolean): Value {
  return isSo ? 1 : 0;
}

function calculated(
  left: Expression,
  operation: (a: number, b: number) => number,
  right: Expression,
): Expression {
  return (row) => {
    const [a, b] = [numberOf(left(row)), numberOf(right(row))];
    if (a === undefined || b === undefined) return undefined;
    const result = operation(a, b);
    return Number.isFinite(result) ? result : undefined;
  };
}
