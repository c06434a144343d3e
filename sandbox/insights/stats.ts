// The command `stats`: its aggregates and its groups.
import type { Expression, Expressions } from './expression.ts';
import { malformed } from './malformed.ts';
import type { Row } from './row.ts';
import type { Scanner } from './scanner.ts';
import { compare, numberOf, shown, type Value } from './value.ts';

type Aggregate = (values: readonly Exclude<Value, undefined>[], parameter: number) => Value;

/** A column of a result, by its alias or else by its own words. */
export interface Column {
  readonly name: string;
  readonly expression: Expression;
}

interface AggregateColumn {
  readonly name: string;
  readonly aggregate: Aggregate;
  /** `undefined`: of every row, `count(*)`. */
  readonly of: Expression | undefined;
  readonly parameter: number;
}

const aggregates: Readonly<Record<string, Aggregate>> = {
  count: (values) => values.length,
  count_distinct: (values) => new Set(values.map(shown)).size,
  sum: (values) => numbers(values).reduce((sum, value) => sum + value, 0),
  avg: (values) => mean(numbers(values)),
  min: (values) => extreme(values, (order) => order < 0),
  max: (values) => extreme(values, (order) => order > 0),
  // By the nearest rank: how AWS reckons it is not documented.
  pct: (values, percent) => {
    const sorted = numbers(values).sort((one, other) => one - other);
    return sorted[Math.max(Math.ceil((percent / 100) * sorted.length) - 1, 0)];
  },
};

export interface Stats {
  readonly columns: readonly string[];
  readonly run: (rows: readonly Row[]) => Row[];
}

/** What follows the word `stats`. @throws AwsError MalformedQueryException */
export function readStats(scanner: Scanner, expressions: Expressions): Stats {
  const { at } = scanner.next;
  const made = [readAggregate(scanner, expressions)];
  while (scanner.accept(',')) made.push(readAggregate(scanner, expressions));
  const keys: Column[] = [];
  if (scanner.accept('by')) {
    do keys.push(readColumn(scanner, expressions));
    while (scanner.accept(','));
  }
  requireDistinct([...keys, ...made], at);
  return {
    columns: [...keys, ...made].map(({ name }) => name),
    run: (rows) => grouped(rows, keys).map(([key, group]) => aggregated(key, keys, group, made)),
  };
}

/** One of two columns with one name would be lost. @throws AwsError MalformedQueryException */
export function requireDistinct(columns: readonly { readonly name: string }[], at: number): void {
  const names = columns.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw malformed(`two columns are called ${twice}`, at);
}

/** An expression, and `as` what it is called. */
export function readColumn(scanner: Scanner, expressions: Expressions): Column {
  const from = scanner.next.at;
  const expression = expressions.arithmetic();
  return { name: nameOf(scanner, from), expression };
}

function nameOf(scanner: Scanner, from: number): string {
  const words = scanner.query.slice(from, scanner.end).trim();
  if (!scanner.accept('as')) return words.replace(/^`([^`]+)`$/, '$1');
  return scanner.requireKind('name', 'a name').text;
}

function readAggregate(scanner: Scanner, expressions: Expressions): AggregateColumn {
  const from = scanner.next.at;
  const name = scanner.next.text.toLowerCase();
  const aggregate = Object.hasOwn(aggregates, name) ? aggregates[name] : undefined;
  if (!aggregate) throw scanner.unexpected('the sandbox does not have the aggregate');
  scanner.take();
  scanner.require('(');
  const isOfAll = name === 'count' && (scanner.accept('*') || scanner.isNext(')'));
  const of = isOfAll ? undefined : expressions.arithmetic();
  let parameter = Number.NaN;
  if (name === 'pct') {
    scanner.require(',');
    const { text, at } = scanner.requireKind('number', 'a percentage');
    parameter = Number(text);
    if (parameter > 100) throw malformed(`${text} is no percentage`, at, text.length);
  }
  scanner.require(')');
  return { aggregate, of, parameter, name: nameOf(scanner, from) };
}

/** Rows without a field are a group of their own. */
function grouped(rows: readonly Row[], keys: readonly Column[]): [readonly Value[], Row[]][] {
  const groups = new Map<string, [readonly Value[], Row[]]>();
  // Without `by` there is one group, of nothing where there is nothing.
  if (keys.length === 0) return [[[], [...rows]]];
  for (const row of rows) {
    const key = keys.map(({ expression }) => expression(row));
    const text = JSON.stringify(key.map((value) => (value === undefined ? null : shown(value))));
    const [, group] = groups.get(text) ?? [];
    if (group) group.push(row);
    else groups.set(text, [key, [row]]);
  }
  return [...groups.values()];
}

function aggregated(
  key: readonly Value[],
  keys: readonly Column[],
  group: readonly Row[],
  made: readonly AggregateColumn[],
): Row {
  const row = new Map<string, Value>(keys.map(({ name }, at) => [name, key[at]]));
  for (const { name, aggregate, of, parameter } of made) {
    const values = group.map((each) => (of ? of(each) : 1));
    row.set(
      name,
      aggregate(
        values.filter((value) => value !== undefined),
        parameter,
      ),
    );
  }
  return row;
}

function numbers(values: readonly Value[]): number[] {
  return values.map(numberOf).filter((value) => value !== undefined);
}

function mean(values: readonly number[]): Value {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function extreme(values: readonly Value[], isBetter: (order: number) => boolean): Value {
  return values.reduce<Value>(
    (best, value) => (best === undefined || isBetter(compare(value, best) ?? 0) ? value : best),
    undefined,
  );
}
