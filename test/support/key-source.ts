// The source of keys: a Fetcher whose answers the test decides.
import type { Fetcher } from '../../service/tokens/jwk-sets.ts';

export class KeySource {
  /** The URLs asked for, in order. */
  readonly calls: string[] = [];
  /** What is answered: bytes, or an error. */
  answer: Uint8Array | Error;
  /** What single URLs answer instead. */
  answers: ReadonlyMap<string, Uint8Array> = new Map();

  constructor(answer: Uint8Array | Error) {
    this.answer = answer;
  }

  /** Forgets who asked so far. */
  forget(): void {
    this.calls.length = 0;
  }

  readonly fetcher: Fetcher = async (url) => {
    this.calls.push(url);
    const answer = this.answers.get(url) ?? this.answer;
    if (answer instanceof Error) throw answer;
    return answer;
  };
}
