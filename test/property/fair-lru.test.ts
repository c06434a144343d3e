// Properties of the shared cache: its bounds, and that nobody's flood costs another what fits into an even share.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairLru } from '../../service/fair-lru.ts';
import { runs } from '../support/runs.ts';

const step = fc.record({
  does: fc.constantFrom('set' as const, 'set' as const, 'get' as const, 'delete' as const),
  owner: fc.constantFrom('a', 'b', 'c'),
  key: fc.nat({ max: 12 }),
  bytes: fc.nat({ max: 40 }),
});

describe('a fair LRU', () => {
  it('never holds more entries or bytes than it may, counts them right, and gives what was set last or nothing', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const lru = new FairLru<number>({ max: 8, maxBytes: 100 });
        const latest = new Map<string, { value: number; bytes: number }>();
        steps.forEach(({ does, owner, key, bytes }, value) => {
          const name = `${owner}${key}`;
          if (does === 'set') {
            lru.set(name, value, owner, bytes);
            latest.set(name, { value, bytes });
          } else if (does === 'delete') {
            lru.delete(name);
            latest.delete(name);
          }
          const found = lru.get(name);
          if (found !== undefined) expect(found).toBe(latest.get(name)?.value);
          expect(lru.size).toBeLessThanOrEqual(8);
          expect(lru.bytes).toBeLessThanOrEqual(100);
        });
        const kept = [...latest].filter(([name]) => lru.get(name) !== undefined);
        expect(lru.size).toBe(kept.length);
        expect(lru.bytes).toBe(kept.reduce((sum, [, { bytes }]) => sum + bytes, 0));
      }),
      runs(500),
    );
  });

  it('takes nothing from an owner within an even share, whatever the others set', () => {
    const calm = fc.array(fc.record({ key: fc.nat({ max: 3 }), bytes: fc.nat({ max: 25 }) }), {
      maxLength: 4,
    });
    const flood = fc.array(step, { minLength: 50, maxLength: 200 });
    fc.assert(
      fc.property(calm, flood, (own, others) => {
        // Of two owners: half of 8 entries and half of 200 bytes.
        const lru = new FairLru<string>({ max: 8, maxBytes: 200 });
        for (const { key, bytes } of own) lru.set(`calm ${key}`, 'mine', 'calm', bytes);
        for (const { key, bytes } of others) lru.set(`flood ${key} ${bytes}`, 'theirs', 'flood', bytes);
        for (const { key } of own) expect(lru.get(`calm ${key}`)).toBe('mine');
      }),
      runs(500),
    );
  });

  it('gives up what was used longest ago', () => {
    const lru = new FairLru<number>({ max: 3 });
    for (const key of ['a', 'b', 'c']) lru.set(key, 1, 'owner', 0);
    lru.get('a');
    lru.set('d', 1, 'owner', 0);
    expect(['a', 'b', 'c', 'd'].filter((key) => lru.get(key) !== undefined)).toEqual(['a', 'c', 'd']);
  });
});
