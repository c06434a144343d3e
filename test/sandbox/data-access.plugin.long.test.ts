// The cache of credentials for data beside AWS's own, of its plugin for boto3: where the two differ, and that they do nowhere else.
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { runs } from '../support/runs.ts';
import { useAccessGrantsAccount } from './fixtures/access-grants-account.ts';
import {
  type Difference,
  differences,
  History,
  isKnownButDenied,
  shown,
} from './fixtures/access-grants-cache-differences.ts';
import { AccessGrantsCaches, at, type DataQuestion } from './fixtures/access-grants-caches.ts';

useAccessGrantsAccount();

type Permission = DataQuestion['permission'];

const python = process.env['ISB_PYTHON'] ?? 'python3';
/** `pip install aws-s3-access-grants-boto3-plugin` */
const hasPlugin = (() => {
  try {
    execFileSync(python, ['-c', 'import aws_s3_access_grants_boto3_plugin'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

const permissions = ['READ', 'WRITE', 'READWRITE'] as const;

let caches: AccessGrantsCaches;

describe.skipIf(!hasPlugin)(
  `AWS’s plugin for boto3${hasPlugin ? '' : ' (left out: it is not there)'}`,
  () => {
    beforeEach(() => {
      caches = new AccessGrantsCaches(python);
    });

    describe('differs on purpose', () => {
      /** What each answers, as `shown` has it; a number moves the time, in seconds. */
      type Line = number | [Permission, key: string, plugin: string, ours: string];

      it.each<[Difference, grants: string[], Line[]]>([
        [
          'wider',
          ['READWRITE users/*'],
          [
            ['READWRITE', 'users/a', 'READWRITE users/* 1', 'READWRITE users/* 1'],
            ['READ', 'users/b', 'READWRITE users/* 0', 'READ users/* 1'],
            ['READ', 'users/c', 'READWRITE users/* 0', 'READ users/* 0'],
            ['WRITE', 'users/c', 'READWRITE users/* 0', 'WRITE users/* 1'],
          ],
        ],
        [
          'denial',
          ['READ users/*'],
          [
            ['READ', 'leads/a', 'denied 1', 'denied 1'],
            9,
            ['READ', 'leads/a', 'denied 0', 'denied 0'],
            1,
            ['READ', 'leads/a', 'denied 0', 'denied 1'],
            289,
            ['READ', 'leads/a', 'denied 0', 'denied 1'],
            1,
            ['READ', 'leads/a', 'denied 1', 'denied 0'],
          ],
        ],
        [
          'object',
          ['READ users/a'],
          [
            ['READ', 'users/a', 'READ users/a 1', 'READ users/a 1'],
            ['READ', 'users/a', 'READ users/a 1', 'READ users/a 0'],
            ['READ', 'users/ab', 'denied 1', 'denied 1'],
          ],
        ],
        [
          'folder',
          ['READ users/*'],
          [
            ['READ', 'users/a', 'READ users/* 1', 'READ users/* 1'],
            ['READ', 'users', 'READ users/* 0', 'denied 1'],
          ],
        ],
        [
          'closest',
          ['READ *', 'READ users*'],
          [
            ['READ', 'users/a', 'READ users* 1', 'READ users* 1'],
            ['READ', 'leads/a', 'READ * 1', 'READ * 1'],
            ['READ', 'users/b', 'READ * 0', 'READ users* 0'],
          ],
        ],
        [
          'life',
          ['READ users/*'],
          [
            ['READ', 'users/a', 'READ users/* 1', 'READ users/* 1'],
            299,
            ['READ', 'users/b', 'READ users/* 0', 'READ users/* 0'],
            1,
            ['READ', 'users/b', 'READ users/* 0', 'READ users/* 1'],
            54 * 60 - 301,
            ['READ', 'users/c', 'READ users/* 0', 'READ users/* 1'],
            1,
            ['READ', 'users/c', 'READ users/* 1', 'READ users/* 0'],
          ],
        ],
      ])('%s', async (difference, grants, lines) => {
        await caches.begin();
        for (const grant of grants) caches.grant(...grantIn(grant));
        for (const line of lines) {
          if (typeof line === 'number') {
            caches.advance(line);
            continue;
          }
          const [permission, key, plugin, ours] = line;
          const both = await caches.ask({ permission, target: at(key) });
          expect([key, shown(both.plugin), shown(both.ours)], differences[difference]).toEqual([
            key,
            plugin,
            ours,
          ]);
        }
      });

      it('known', async () => {
        await caches.begin();
        const [asked, beside] = [at('users/a'), at('users/b')];
        await caches.ask({ permission: 'READ', target: asked });
        caches.grant('users/*', 'READ');
        await caches.ask({ permission: 'READ', target: beside });
        const { plugin, ours } = await caches.ask({ permission: 'READ', target: asked });
        expect([shown(plugin), shown(ours)], differences.known).toEqual(['denied 0', 'READ users/* 0']);
      });
    });

    /** What the two do not differ in by their settings: they are given the same times. */
    it('answers as ours does, whatever is granted and revoked meanwhile, where only one permission is asked for', async () => {
      const folders = { subPrefixes: ['*', 'a/*', 'a/b/*', 'ab/*'], keys: ['a*', 'ab/*', 'c'] };
      const beginnings = { subPrefixes: ['a*', 'a/c*', 'a/b*', 'ab*'], keys: ['a', 'ab'] };
      const form = fc.constantFrom(folders, beginnings).chain(({ subPrefixes, keys }) => {
        const key = fc.constantFrom('a/*', 'a/b/*', 'a/x', 'a/c', 'a/b/x', 'a/b/c/y', 'ab/x', ...keys);
        const subPrefix = fc.constantFrom(...subPrefixes);
        const permission = fc.constantFrom(...permissions, 'READWRITE');
        return fc.array(
          fc.oneof(
            { weight: 8, arbitrary: fc.record({ ask: key }) },
            { weight: 3, arbitrary: fc.record({ grant: subPrefix, permission }) },
            { weight: 1, arbitrary: fc.record({ revoke: subPrefix, permission }) },
            { weight: 2, arbitrary: fc.record({ advance: fc.constantFrom(1, 9, 10, 60, 210) }) },
          ),
          { minLength: 20, maxLength: 50 },
        );
      });
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...permissions), form, async (permission, steps) => {
          await caches.begin({ kept: 270, denied: 10 });
          for (const step of steps) {
            if ('advance' in step) {
              // Beyond that, what is left of the session that S3 answered would be what counts.
              if (caches.seconds < 2_400) caches.advance(step.advance);
            } else if ('ask' in step) {
              const { plugin, ours } = await caches.ask({ permission, target: at(step.ask) });
              if (isKnownButDenied({ plugin, ours })) continue;
              expect(shown(ours), step.ask).toBe(shown(plugin));
            } else {
              const subPrefix = 'grant' in step ? step.grant : step.revoke;
              caches.revoke(subPrefix, step.permission);
              if ('grant' in step) caches.grant(subPrefix, step.permission);
            }
          }
        }),
        runs(100),
      );
    });

    it('differs in nothing else, whatever is asked for', async () => {
      const grant = fc.record({
        subPrefix: fc.constantFrom('*', 'a*', 'a/*', 'a/b*', 'a/b/*', 'ab*', 'a', 'a/x', 'ab'),
        permission: fc.constantFrom(...permissions),
      });
      const question = fc.record({
        target: fc
          .constantFrom('a', 'ab', 'abc', 'a/x', 'a/y', 'a/b/x', 'a/bc', 'c', 'a*', 'a/*', 'a/b/*', 'ab*')
          .map(at),
        permission: fc.constantFrom(...permissions),
      });
      const step = fc.oneof(
        { weight: 5, arbitrary: question },
        { weight: 1, arbitrary: fc.constantFrom(1, 9, 10, 60) },
      );
      const grants = fc.uniqueArray(grant, {
        selector: ({ subPrefix, permission }) => subPrefix + permission,
        minLength: 1,
        maxLength: 6,
      });
      await fc.assert(
        fc.asyncProperty(grants, fc.array(step, { minLength: 10, maxLength: 30 }), async (given, steps) => {
          // The life of either is longer than all of it.
          await caches.begin({ kept: 3_000 });
          const history = new History();
          for (const { subPrefix, permission } of given) caches.grant(subPrefix, permission);
          for (const it of steps) {
            if (typeof it === 'number') caches.advance(it);
            else history.judge(it, await caches.ask(it), caches.seconds);
          }
        }),
        runs(100),
      );
    });
  },
);

/** `READ users/*` */
function grantIn(text: string): [subPrefix: string, permission: Permission] {
  const [permission, subPrefix = ''] = text.split(' ') as [Permission, string];
  return [subPrefix, permission];
}
