// The rules of the tests themselves.
import { expect, it } from 'vitest';
import { sourceFilesOf } from '../support/source-tree.ts';

it('a test that replaces a module does so in a process of its own', () => {
  const replacing = sourceFilesOf('test').filter(({ code }) =>
    /\bvi\.(mock|doMock|resetModules)\(/.test(code),
  );
  const shared = replacing.filter(({ path }) => !path.endsWith('.isolated.test.ts'));
  expect(shared.map(({ path }) => path)).toEqual([]);
  expect(replacing).not.toEqual([]);
});

it('a test that replaces what a class of the SDK sends has it as it was, at its end', () => {
  const replacing = sourceFilesOf('test').filter(({ code }) => /\bmockClient\([A-Z]\w*\)/.test(code));
  const keeping = replacing.filter(({ code }) => !code.includes('.restore()'));
  expect(keeping.map(({ path }) => path)).toEqual([]);
  expect(replacing).not.toEqual([]);
});
