// Shared buckets in memory, with the conditional writes of the cell rate table.
import {
  type Advance,
  type Advanced,
  type BucketState,
  type CellRates,
  NEVER_WRITTEN,
} from '../../service/usage-plans/shared-bucket.ts';

export class MemoryCellRates implements CellRates {
  readonly states = new Map<string, BucketState>();
  /** As DynamoDB counts them: those that were refused, too. */
  writes = 0;

  /** @param travel what a write goes through on its way there, and its answer on its way back; may reject */
  constructor(private readonly travel: () => Promise<void> = async () => {}) {}

  async advance(key: string, advance: Advance): Promise<Advanced> {
    await this.travel();
    this.writes += 1;
    const found = this.states.get(key) ?? NEVER_WRITTEN;
    const written = writtenOver(found, advance);
    if (written) this.states.set(key, written);
    const answer = { granted: written !== undefined, ...(written ?? found) };
    await this.travel();
    return answer;
  }
}

/** What the write makes of a bucket; nothing where it has no effect. */
export function writtenOver(
  { arrivalTime, reserve }: BucketState,
  { now, cost, burst, lag, known, expects }: Advance,
): BucketState | undefined {
  const latest = now + burst - lag - cost;
  const isRested = arrivalTime <= now - lag;
  const isJustFull = arrivalTime <= now && !isRested;
  const fromNow = now + cost;
  switch (expects) {
    case 'rested':
      return isRested ? { arrivalTime: fromNow, reserve: burst - cost } : undefined;
    case 'full':
      return isJustFull && arrivalTime <= latest && (arrivalTime === known || reserve <= burst - lag)
        ? { arrivalTime: fromNow, reserve: latest - arrivalTime }
        : undefined;
    case 'reserved':
      return isJustFull && reserve >= cost ? { arrivalTime: fromNow, reserve: reserve - cost } : undefined;
    case 'filling':
      return arrivalTime > now && (arrivalTime <= latest || reserve >= cost)
        ? { arrivalTime: arrivalTime + cost, reserve: reserve - cost }
        : undefined;
  }
}
