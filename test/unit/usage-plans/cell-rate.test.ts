// The arithmetic of the generic cell rate algorithm.
import { describe, expect, it } from 'vitest';
import { CellRate, microseconds } from '../../../service/usage-plans/cell-rate.ts';

const NOW = Date.UTC(2030, 3, 1, 12);
const bucket = new CellRate(10, 4.5);
const ahead = (ms: number) => microseconds(NOW + ms);

describe('a bucket', () => {
  it.each([
    ['that was never written', 0, 4],
    ['that is full', ahead(0), 4],
    ['from which one was taken', ahead(100), 3],
    ['that lacks a microsecond', ahead(50) + 1, 3],
    ['that has just one', ahead(350), 1],
    ['that has all but one', ahead(350) + 1, 0],
    ['that a clock far ahead moved on', ahead(10_000), 0],
  ])('%s has room accordingly', (_, arrivalTime, room) => {
    expect(bucket.room(arrivalTime, NOW)).toBe(room);
  });

  it('has room again as soon as it says', () => {
    const fitsAt = bucket.fitsAt(ahead(450), 3);
    expect(fitsAt).toBe(NOW + 300);
    expect(bucket.room(ahead(450), fitsAt)).toBe(3);
    expect(bucket.room(ahead(450), fitsAt - 1)).toBe(2);
  });

  it('rounds against the caller', () => {
    const thirds = new CellRate(3, 2);
    expect(thirds.cost(1)).toBe(333_334);
    expect(thirds.cost(3)).toBe(1_000_000);
    expect(thirds.burst).toBe(666_666);
  });
});
