// A table for a terminal: columns as wide as what stands in them, and none that is empty.
import { shownMessage } from './shown-text.ts';

export interface Column<Row> {
  readonly heading: string;
  /** `undefined`: nothing is known. */
  readonly of: (row: Row) => string | undefined;
}

/** A line for the headings and one for each row; whatever others wrote is escaped. */
export function tableOf<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string[] {
  const cells = columns
    .map(({ heading, of }) => [heading, ...rows.map((row) => shownMessage(of(row) ?? ''))])
    .filter(([, ...values]) => values.some((value) => value !== ''));
  return [...rows.keys(), rows.length].map((line) =>
    cells
      .map((column) => (column[line] ?? '').padEnd(Math.max(...column.map(({ length }) => length))))
      .join('  ')
      .trimEnd(),
  );
}
