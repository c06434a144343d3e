// The rooms of the house: which folder imports of which, as the table says, and that no way leads back.
import { describe, expect, it } from 'vitest';
import { circlesIn, importGraphOf, roomsOf } from '../support/import-graph.ts';
import { sourceFile, sourceFilesOf } from '../support/source-tree.ts';
import { allowed, roomOf } from './rooms.ts';

const house = sourceFilesOf('bin', 'client', 'demo', 'lib', 'probe', 'sandbox', 'scripts', 'service');
const everything = [...house, ...sourceFilesOf('bench')];

describe('the rooms', () => {
  it('have the neighbours that they are allowed, and use each of them', () => {
    expect(Object.fromEntries(roomsOf(importGraphOf(house), roomOf))).toEqual(allowed);
  });

  it('lead to no circle', () => {
    expect(circlesIn(new Map(Object.entries(allowed)))).toEqual([]);
  });

  it('are none of the demo’s: what others need of it belongs to the client', () => {
    const importers = [...importGraphOf(everything)].filter(([path]) => !path.startsWith('demo/'));
    expect(importers.filter(([, imported]) => imported.some((from) => from.startsWith('demo/')))).toEqual([]);
  });
});

describe('the files', () => {
  it('import each other in no circle, types included', () => {
    expect(circlesIn(importGraphOf(everything))).toEqual([]);
  });
});

describe('these rules see', () => {
  const graphOf = (files: Record<string, string>) =>
    importGraphOf(Object.entries(files).map(([path, text]) => sourceFile(path, text)));

  it('a circle of types alone', () => {
    const graph = graphOf({
      'service/a.ts': "import type { B } from './tokens/b.ts';",
      'service/tokens/b.ts': "import { c } from './c.ts';",
      'service/tokens/c.ts': "export type { A } from '../a.ts';",
    });
    expect(circlesIn(graph)).toEqual([
      'service/a.ts → service/tokens/b.ts → service/tokens/c.ts → service/a.ts',
    ]);
  });

  it('a circle that a file outside of it leads to', () => {
    const graph = graphOf({
      'service/a.ts': "import './b.ts';",
      'service/b.ts': "import './c.ts';",
      'service/c.ts': "import './b.ts';",
    });
    expect(circlesIn(graph)).toEqual(['service/b.ts → service/c.ts → service/b.ts']);
  });

  it('a way between rooms', () => {
    const graph = graphOf({ 'service/tokens/a.ts': "import '../sessions/b.ts';\nimport './c.ts';" });
    expect([...roomsOf(graph, roomOf)]).toEqual([['service/tokens', ['service/sessions']]]);
  });
});
