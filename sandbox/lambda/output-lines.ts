// A process's output in lines, and whether as much of it has been read as the process says to have written.
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

export class OutputLines {
  readonly #onLine: (line: string) => void;
  #bytesRead = 0;
  /** Of the last line, what has been read. */
  #unfinished = '';
  #hasEnded = false;
  /** Who waits for more to be read. */
  readonly #waiting = new Set<() => void>();

  constructor(stream: Readable, onLine: (line: string) => void) {
    this.#onLine = onLine;
    const decoder = new StringDecoder();
    stream.on('data', (chunk: Buffer) => {
      this.#bytesRead += chunk.length;
      this.#add(decoder.write(chunk));
      this.#recheck();
    });
    stream.once('end', () => {
      this.#add(decoder.end());
      this.#finishLine();
      this.#hasEnded = true;
      this.#recheck();
    });
  }

  /**
   * Resolves once so many bytes have been read since the start, or there is nothing more to read; a line without an
   * end is one by then.
   */
  async upTo(bytes: number): Promise<void> {
    if (this.#bytesRead < bytes && !this.#hasEnded) {
      await new Promise<void>((resolve) => {
        const check = () => {
          if (this.#bytesRead < bytes && !this.#hasEnded) return;
          this.#waiting.delete(check);
          resolve();
        };
        this.#waiting.add(check);
      });
    }
    this.#finishLine();
  }

  #recheck(): void {
    for (const check of this.#waiting) check();
  }

  #add(text: string): void {
    const [first = '', ...others] = text.split('\n');
    this.#unfinished += first;
    for (const next of others) {
      this.#onLine(this.#unfinished);
      this.#unfinished = next;
    }
  }

  #finishLine(): void {
    if (this.#unfinished !== '') this.#onLine(this.#unfinished);
    this.#unfinished = '';
  }
}
