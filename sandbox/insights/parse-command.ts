// The command `parse`: fields out of a text, by a glob expression or by a regular expression with named groups.
import type { Expression, Expressions } from './expression.ts';
import { malformed } from './malformed.ts';
import type { Row } from './row.ts';
import type { Scanner } from './scanner.ts';
import { shown } from './value.ts';

/** What follows the word `parse`. @throws AwsError MalformedQueryException */
export function readParse(
  scanner: Scanner,
  expressions: Expressions,
): { readonly columns: readonly string[]; readonly run: (rows: readonly Row[]) => Row[] } {
  const isBare = scanner.next.kind === 'text' || scanner.isNext('/');
  const { at } = scanner.next;
  // No expression: a slash behind it would divide.
  const source: Expression = isBare ? (row) => row.get('@message') : expressions.field();
  const regExp = scanner.acceptRegExp();
  const { pattern, names } = regExp ? ofRegExp(regExp) : ofGlob(scanner);
  if (names.length === 0) throw malformed('parse names no field', at);
  return {
    columns: names,
    run: (rows) =>
      rows.map((row) => {
        const value = source(row);
        const found = value === undefined ? null : pattern.exec(shown(value));
        if (!found) return row;
        const parsed = new Map(row);
        names.forEach((name, index) => {
          parsed.set(name, found.groups ? found.groups[name] : found[index + 1]);
        });
        return parsed;
      }),
  };
}

function ofRegExp(pattern: RegExp): { pattern: RegExp; names: string[] } {
  return { pattern, names: [...pattern.source.matchAll(/\(\?<(\w+)>/g)].map(([, name]) => name as string) };
}

function ofGlob(scanner: Scanner): { pattern: RegExp; names: string[] } {
  const { text, at } = scanner.requireKind('text', 'a glob expression');
  scanner.require('as');
  const names = [scanner.requireKind('name', 'a field').text];
  while (scanner.accept(',')) names.push(scanner.requireKind('name', 'a field').text);
  const parts = text.split('*');
  if (parts.length - 1 !== names.length) throw malformed('parse names not as many fields as there are *', at);
  const literals = parts.map((part) => part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  const isOpen = text.endsWith('*');
  const source = literals.reduce((whole, part, index) => {
    const isLast = index === literals.length - 1;
    return `${whole}${isLast && isOpen ? '([\\s\\S]*)' : '([\\s\\S]*?)'}${part}`;
  });
  return { pattern: new RegExp(source), names };
}
