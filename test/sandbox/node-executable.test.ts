// The Node.js that functions run on.
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeExecutableFor, remarkOn } from '../../sandbox/lambda/node-executable.ts';

const [ownMajor] = process.versions.node.split('.');
const own = { path: process.execPath, version: process.versions.node };

describe('a function runs on', () => {
  let directory: string;
  let other: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'iam-session-broker-node-'));
    other = join(directory, 'node');
    await writeFile(other, '#!/bin/sh\nprintf \'["/opt/node","99.1.2"]\'\n');
    await chmod(other, 0o755);
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it('the sandbox’s own Node.js where that is of its runtime', () => {
    expect(nodeExecutableFor(`nodejs${ownMajor}.x`, {})).toEqual(own);
    expect(remarkOn(`nodejs${ownMajor}.x`, own)).toBeUndefined();
  });

  it('the sandbox’s own where there is no other, which is said', () => {
    expect(nodeExecutableFor('nodejs97.x', {})).toEqual(own);
    expect(remarkOn('nodejs97.x', own)).toBe(
      `functions of nodejs97.x run on Node.js ${process.versions.node}; ISB_FUNCTION_NODE names another`,
    );
  });

  it('the one that ISB_FUNCTION_NODE names, before any other', () => {
    const found = nodeExecutableFor(`nodejs${ownMajor}.x`, { ISB_FUNCTION_NODE: other });
    expect(found).toEqual({ path: '/opt/node', version: '99.1.2' });
    expect(remarkOn('nodejs99.x', found)).toBeUndefined();
  });

  it('nothing where ISB_FUNCTION_NODE is no Node.js', () => {
    for (const path of ['/nowhere/node', '/bin/false', directory])
      expect(() => nodeExecutableFor('nodejs24.x', { ISB_FUNCTION_NODE: path })).toThrow(
        `ISB_FUNCTION_NODE: ${path} is no Node.js that runs here`,
      );
  });
});
