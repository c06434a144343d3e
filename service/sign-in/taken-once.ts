// What counts once: the ids of assertions, and of tokens, for as long as they are valid.
import type { ShortLivedTable } from './short-lived-table.ts';

export class TakenOnce {
  constructor(private readonly table: Pick<ShortLivedTable, 'add' | 'take'>) {}

  /**
   * @param issuer whose id it is: two identity providers may choose the same
   * @param until when what has the id is not accepted any more, in milliseconds since the epoch
   * @returns false where it was taken before
   * @throws SignInError StateUnavailable; then it may have been taken, and is not good any more
   */
  take(issuer: string, id: string, until: number): Promise<boolean> {
    return this.table.add('taken', JSON.stringify([issuer, id]), until);
  }
}
