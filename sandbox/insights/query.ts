// A Logs Insights query: its commands in order, from events to the rows of a result.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
import { type Expression, Expressions, isTrue } from './expression.ts';
import { malformed } from './malformed.ts';
import { readParse } from './parse-command.ts';
import type { Row } from './row.ts';
import { Scanner } from './scanner.ts';
import { type Column, readColumn, readStats, requireDistinct } from './stats.ts';
import { compareForSort, shown, type Value } from './value.ts';

/** A result's rows as the API has them, and how many events passed the filters. */
export interface Result {
  readonly rows: readonly (readonly { readonly field: string; readonly value: string }[])[];
  readonly recordsMatched: number;
}

type Step = (rows: readonly Row[]) => readonly Row[];

const MOST_ROWS = 10_000;

export class Query {
  readonly #scanner: Scanner;
  readonly #steps: Step[] = [];
  /** Steps before the first that looks at more than one event. */
  #filters = 0;
  #columns: string[] = [];
  /** What `stats` has left. */
  #known: ReadonlySet<string> | undefined;

  /** @throws AwsError MalformedQueryException, which names what the sandbox does not understand */
  constructor(text: string) {
    this.#scanner = new Scanner(text);
    do this.#readCommand();
    while (this.#scanner.accept('|'));
    if (this.#scanner.next.kind !== 'end') throw this.#scanner.unexpected('| is missing before');
  }

  /** @param events in any order; without `sort` and `stats` the newest come first */
  run(events: readonly Row[], limit = MOST_ROWS): Result {
    const newestFirst = [...events].sort((one, other) =>
      compareForSort(other.get('@timestamp'), one.get('@timestamp')),
    );
    const matched = this.#steps.slice(0, this.#filters).reduce<readonly Row[]>(apply, newestFirst);
    const rows = this.#steps.slice(this.#filters).reduce<readonly Row[]>(apply, matched);
    return {
      rows: rows.slice(0, limit).map((row) => this.#shown(row)),
      recordsMatched: matched.length,
    };
  }

  #shown(row: Row): { field: string; value: string }[] {
    const isOfEvents = this.#known === undefined;
    const columns = this.#columns.length > 0 ? this.#columns : ['@timestamp', '@message'];
    return [...columns, ...(isOfEvents ? ['@ptr'] : [])].flatMap((field) => {
      const value = row.get(field);
      return value === undefined ? [] : [{ field, value: shown(value) }];
    });
  }

  #readCommand(): void {
    const scanner = this.#scanner;
    const command = scanner.next.text.toLowerCase();
    const read = Object.hasOwn(this.#commands, command) ? this.#commands[command] : undefined;
    if (scanner.next.kind !== 'name' || !read)
      throw scanner.unexpected('the sandbox does not have the command');
    scanner.take();
    read(new Expressions(scanner, this.#known));
  }

  readonly #commands: Readonly<Record<string, (expressions: Expressions) => void>> = {
    fields: (expressions) => this.#show(this.#readColumns(expressions)),
    display: (expressions) => {
      this.#columns = [];
      this.#show(this.#readColumns(expressions));
    },
    filter: (expressions) => {
      const condition = expressions.read();
      this.#add((rows) => rows.filter((row) => isTrue(condition(row))), 'of each event');
    },
    parse: (expressions) => {
      const { columns, run } = readParse(this.#scanner, expressions);
      this.#add(run, 'of each event');
      this.#know(columns);
    },
    stats: (expressions) => {
      const { columns, run } = readStats(this.#scanner, expressions);
      this.#add(run);
      this.#known = new Set(columns);
      this.#columns = [...columns];
    },
    sort: (expressions) => {
      const keys: SortKey[] = [];
      do {
        const expression = expressions.arithmetic();
        const isDescending = this.#scanner.accept('desc');
        if (!isDescending) this.#scanner.accept('asc');
        keys.push({ expression, sign: isDescending ? -1 : 1 });
      } while (this.#scanner.accept(','));
      this.#add((rows) => sorted(rows, keys));
    },
    dedup: (expressions) => {
      const columns = this.#readColumns(expressions);
      this.#add((rows) => distinct(rows, columns));
    },
    limit: () => {
      const { text, at } = this.#scanner.requireKind('number', 'a number');
      const limit = Number(text);
      if (!Number.isInteger(limit) || limit < 1 || limit > MOST_ROWS)
        throw malformed(`limit is a whole number from 1 to ${MOST_ROWS}, and not ${text}`, at, text.length);
      this.#add((rows) => rows.slice(0, limit));
    },
  };

  #readColumns(expressions: Expressions): Column[] {
    const { at } = this.#scanner.next;
    const columns = [readColumn(this.#scanner, expressions)];
    while (this.#scanner.accept(',')) columns.push(readColumn(this.#scanner, expressions));
    requireDistinct(columns, at);
    return columns;
  }

  #show(columns: readonly Column[]): void {
    const names = columns.map(({ name }) => name);
    this.#add((rows) => rows.map((row) => extended(row, columns)), 'of each event');
    this.#columns = [...new Set([...this.#columns, ...names])];
    this.#know(names);
  }

  #know(names: readonly string[]): void {
    if (this.#known) this.#known = new Set([...this.#known, ...names]);
  }

  #add(step: Step, kind?: 'of each event'): void {
    if (kind && this.#filters === this.#steps.length) this.#filters += 1;
    this.#steps.push(step);
  }
}

interface SortKey {
  readonly expression: Expression;
  readonly sign: number;
}

function sorted(rows: readonly Row[], keys: readonly SortKey[]): Row[] {
  return [...rows].sort((one, other) =>
    keys.reduce(
      (order, { expression, sign }) => order || sign * compareForSort(expression(one), expression(other)),
      0,
    ),
  );
}

/** The first row of each, as they are sorted so far. */
function distinct(rows: readonly Row[], columns: readonly Column[]): Row[] {
  const seen = new Set<string>();
  return rows.filter((row) => {
    const key = JSON.stringify(columns.map(({ expression }) => expression(row) ?? null));
    return !seen.has(key) && seen.add(key);
  });
}

function extended(row: Row, columns: readonly Column[]): Row {
  const values = columns.map(({ name, expression }): [string, Value] => [name, expression(row)]);
  return new Map([...row, ...values]);
}

function apply(rows: readonly Row[], step: Step): readonly Row[] {
  return step(rows);
}
