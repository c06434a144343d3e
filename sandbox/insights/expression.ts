// Expressions of a Logs Insights query, read into functions of a row; `or`, `and`, `not`, comparisons, arithmetic.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-operations-functions.html
import { functions, type NamedFunction } from './functions.ts';
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

export class Expressions {
  /** @param known the fields that there are, once `stats` has made them; `undefined`: whatever an event has */
  constructor(
    private readonly scanner: Scanner,
    private readonly known?: ReadonlySet<string>,
  ) {}

  /** @throws AwsError MalformedQueryException */
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
    const negated = this.#negation();
    return (row) => truth(!isTrue(negated(row)));
  }

  #comparison(): Expression {
    const { scanner } = this;
    const left = this.arithmetic();
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
      list.push(this.read());
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
      const inner = this.read();
      scanner.require(')');
      return inner;
    }
    if (scanner.accept('-'))
      return calculated(
        () => 0,
        (a, b) => a - b,
        this.#operand(),
      );
    const token = scanner.take();
    const { kind, text, at } = token;
    if (kind === 'text') return () => text;
    if (kind === 'number') return () => Number(text);
    if (kind !== 'name') throw malformed(`a field or a value is missing before ${text || 'the end'}`, at);
    return scanner.isNext('(') ? this.#call(text.toLowerCase(), at) : this.#field(text, at);
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
    // What `stats` has named by its own words: `sort count(*) desc`.
    if (!found) return this.#named(name, at);
    scanner.take();
    if (found.takesPeriod) {
      const period = scanner.requireKind('period', 'a period, as 5m,').text;
      scanner.require(')');
      return (row) => found.run([row.get('@timestamp'), period]);
    }
    const operands = this.#listUntil(')');
    if (operands.length < found.least || operands.length > (found.most ?? found.least))
      throw malformed(`${name} takes another number of arguments`, at, name.length);
    return (row) => found.run(operands.map((operand) => operand(row)));
  }

  #named(name: string, at: number): Expression {
    const { query } = this.scanner;
    const column = [...(this.known ?? [])].find((each) => query.startsWith(each, at));
    if (column === undefined)
      throw malformed(`the sandbox does not have the function ${name}`, at, name.length);
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
