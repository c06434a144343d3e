// Shared buckets in memory, with the conditional writes of the cell rate table.
import type { Advance, Advanced, CellRates } from '../../service/usage-plans/cell-rate.ts';

export class MemoryCellRates implements CellRates {
  readonly arrivalTimes = new Map<string, number>();
  /** As DynamoDB counts them: those that were refused, too. */
  writes = 0;

  /** @param travel what a write goes through on its way there, and its answer on its way back; may reject */
  constructor(private readonly travel: () => Promise<void> = async () => {}) {}

  async advance(key: string, advance: Advance): Promise<Advanced> {
    await this.travel();
    const answer = this.#write(key, advance);
    await this.travel();
    return answer;
  }

  #write(key: string, { now, cost, burst, expects }: Advance): Advanced {
    this.writes += 1;
    const found = this.arrivalTimes.get(key) ?? 0;
    const arrivalTime = Math.max(found, now) + cost;
    const isAsExpected = found <= now === (expects === 'full');
    if (!isAsExpected || arrivalTime > now + burst) return { granted: false, arrivalTime: found };
    this.arrivalTimes.set(key, arrivalTime);
    return { granted: true, arrivalTime };
  }
}
