// A process's output in lines, and whether as much of it has been read as the process says to have written.
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

export class OutputLines {
  readonly #onLine: (line: string) => void;
  #bytesRead = 0;
  /** Of the last line, what has been read. */
  #unfinished = '';
  #hasEnded = false;
  #onProgress: () => void = () => {};

  constructor(stream: Readable, onLine: (line: string) => void) {
    this.#onLine = onLine;
    const decoder = new StringDecoder();
    stream.on('data', (chunk: Buffer) => {
      this.#bytesRead += chunk.length;
      this.#add(decoder.write(chunk));
      this.#onProgress();
    });
    stream.once('close', () => {
      this.#finishLine();
      this.#hasEnded = true;
      this.#onProgress();
    });
  }

  /**
   * Resolves once so many bytes have been read since the start, or there is nothing more to read; a line without an
   * end is one by then.
   */
  async upTo(bytes: number): Promise<void> {
    if (this.#bytesRead < bytes && !this.#hasEnded) {
      await new Promise<void>((resolve) => {
        this.#onProgress = () => {
          if (this.#bytesRead >= bytes || this.#hasEnded) resolve();
        };
      });
    }
    this.#finishLine();
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
