// The graph of imports: its circles, and the rooms that it joins.
import type { SourceFile } from './source-tree.ts';

/** What imports → what it imports, type-only imports among them; packages and Node's modules are left out. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

export function importGraphOf(files: readonly SourceFile[]): ImportGraph {
  return new Map(
    files.map(({ path, imports }) => [
      path,
      imports
        .filter(({ from, isPackage }) => !isPackage && !from.startsWith('node:'))
        .map(({ from }) => from),
    ]),
  );
}

/** The graph between the rooms that files are in, sorted. */
export function roomsOf(graph: ImportGraph, roomOf: (path: string) => string): ImportGraph {
  const rooms = new Map<string, Set<string>>();
  for (const [path, imported] of graph) {
    const room = roomOf(path);
    const neighbours = rooms.get(room) ?? new Set();
    rooms.set(room, neighbours);
    for (const from of imported) if (roomOf(from) !== room) neighbours.add(roomOf(from));
  }
  return new Map([...rooms].sort().map(([room, neighbours]) => [room, [...neighbours].sort()]));
}

/** The ways round: `a.ts → b.ts → a.ts`. There is one at least where there is a circle, and none where there is none. */
export function circlesIn(graph: ImportGraph): string[] {
  const done = new Set<string>();
  const way: string[] = [];
  const circles: string[] = [];
  const visit = (node: string): void => {
    const at = way.indexOf(node);
    if (at >= 0) circles.push([...way.slice(at), node].join(' → '));
    if (at >= 0 || done.has(node)) return;
    way.push(node);
    for (const next of graph.get(node) ?? []) visit(next);
    way.pop();
    done.add(node);
  };
  for (const node of graph.keys()) visit(node);
  return circles;
}
