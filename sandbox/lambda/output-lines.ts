// A process's output in lines, up to a mark that the process sets: then all it wrote before has been read.
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** Whatever a last line without its end has, and the name of the mark between two NULs. */
const markedLine = /^(.*)\0([\w-]+)\0$/s;

export class OutputLines {
  readonly #ended: Promise<void>;
  #lastMark = '';
  #onMark: () => void = () => {};

  constructor(stream: Readable, onLine: (line: string) => void) {
    const lines = createInterface({ input: stream });
    lines.on('line', (line) => {
      const [, rest = line, mark] = markedLine.exec(line) ?? [];
      if (mark === undefined || rest !== '') onLine(rest);
      if (mark === undefined) return;
      this.#lastMark = mark;
      this.#onMark();
    });
    this.#ended = new Promise((resolve) => lines.once('close', resolve));
  }

  /** Resolves once everything before the mark has been read, or there is nothing more to read. */
  async upTo(mark: string): Promise<void> {
    if (this.#lastMark === mark) return;
    const marked = new Promise<void>((resolve) => {
      this.#onMark = () => {
        if (this.#lastMark === mark) resolve();
      };
    });
    await Promise.race([marked, this.#ended]);
  }
}
