// Execution environments of the bench: a process that serves one event after the other, and no measurement where it does not.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { serveByTurns, serveFirst, withEnvironments } from '../../../bench/support/execution-environment.ts';

const directory = mkdtempSync(join(tmpdir(), 'iam-session-broker-test-'));
afterAll(() => rmSync(directory, { recursive: true }));

function moduleOf(name: string, text: string): string {
  const path = join(directory, `${name}.mjs`);
  writeFileSync(path, text);
  return path;
}

/** Answers with what it has been sent, as an error where that is not what it was to be. */
const counting = moduleOf(
  'counting',
  `let served = 0;
export const handler = async ({ expected }) => {
  served += 1;
  return served === expected ? { statusCode: 200 } : { statusCode: 409, body: 'this is number ' + served };
};`,
);
const serveOf = (module: string, event: unknown) =>
  withEnvironments({ one: { module, variables: {} } }, ({ one }) => one.serve(event));

describe('an execution environment', () => {
  it('serves one event after the other, each side its own, in turn', async () => {
    const next = () => {
      let expected = 0;
      return () => {
        expected += 1;
        return { expected };
      };
    };
    const start = { module: counting, variables: {} };
    const times = await withEnvironments({ a: start, b: start }, ({ a, b }) =>
      serveByTurns(
        { a: { environment: a, next: next() }, b: { environment: b, next: next() } },
        { warmUps: 1, rounds: 2, requests: 2 },
      ),
    );
    expect(Object.entries(times).map(([name, values]) => [name, values.length])).toEqual([
      ['a', 2],
      ['b', 2],
    ]);
  });

  it('is a new one for every first request, and node alone where there is no module', async () => {
    const event = { expected: 1 };
    const served = await serveFirst(
      { node: { variables: {}, event }, counting: { module: counting, variables: {}, event } },
      2,
    );
    expect(Object.values(served).map((all) => all.length)).toEqual([2, 2]);
    for (const { statusCode, ms, readyMs, rss } of Object.values(served).flat()) {
      expect([statusCode, ms >= 0, readyMs > 0, rss > 0]).toEqual([200, true, true, true]);
    }
  });

  it('is measured of nothing but success', async () => {
    await expect(serveOf(counting, { expected: 5 })).rejects.toThrow('answered 409: this is number 1');
  });

  it('is not waited for when it has ended', async () => {
    const ending = moduleOf('ending', 'export const handler = () => process.exit(3);');
    await expect(serveOf(ending, {})).rejects.toThrow('ended without an answer');
  });
});
