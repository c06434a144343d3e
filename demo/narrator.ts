// The narrator: prints the story, a line for each step, with a sign of life while a step takes long.
import type { WriteStream } from 'node:tty';

/** A step came out otherwise than it should; the reason, its `cause`, has been printed. */
export class StepFailure extends Error {
  constructor(number: number, title: string, cause: unknown) {
    super(`step ${number}: ${title}`, { cause });
    this.name = 'StepFailure';
  }
}

export interface Narrator {
  /** When it aborts, no further step begins, and the one under way, if it fails now, is not told. */
  readonly signal: AbortSignal | undefined;
  /**
   * Runs one step and prints what it tells, or why it failed. Rejects with a `StepFailure`, or with the
   * signal's reason.
   */
  step(title: string, run: (progress: (note: string) => void) => Promise<string>): Promise<void>;
  say(text: string): void;
}

type Output = Pick<NodeJS.WriteStream, 'write'> & Partial<Pick<WriteStream, 'isTTY' | 'columns'>>;

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 100;
/** Off a terminal nothing moves: a step that takes longer than this says so, once in a while. */
const STILL_BUSY_MS = 5_000;

/** Colour and movement only on a terminal, and no colour where NO_COLOR is set (https://no-color.org). */
export function createNarrator(
  output: Output,
  { noColor, signal }: { noColor: boolean; signal?: AbortSignal },
): Narrator {
  const isTerminal = output.isTTY === true;
  const paint = (code: number, text: string) =>
    isTerminal && !noColor ? `\u001B[${code}m${text}\u001B[0m` : text;
  const line = (text: string) => output.write(`${text}\n`);
  let number = 0;

  return {
    signal,
    say: line,
    async step(title, run) {
      signal?.throwIfAborted();
      number += 1;
      const heading = `${String(number).padStart(2)}  ${title}`;
      const sign = showLife(output, heading, isTerminal);
      try {
        const told = await run(sign.note);
        sign.end();
        line(`${paint(32, '✓')} ${heading}`);
        for (const detail of told.split('\n')) line(paint(2, `      ${detail}`));
      } catch (error) {
        sign.end();
        signal?.throwIfAborted();
        line(`${paint(31, '✗')} ${heading}`);
        const reason = error instanceof Error ? error.message : String(error);
        for (const detail of reason.split('\n')) line(`      ${paint(31, detail)}`);
        throw new StepFailure(number, title, error);
      }
    },
  };
}

function showLife(output: Output, heading: string, isTerminal: boolean) {
  const startedAt = Date.now();
  let note = '';
  let frame = 0;
  const draw = () => {
    const seconds = Math.round((Date.now() - startedAt) / 1_000);
    if (!isTerminal) {
      output.write(`  ${heading} … ${note ? `${note}, ` : ''}${seconds} s\n`);
      return;
    }
    const text = `${FRAMES[frame++ % FRAMES.length]} ${heading}${note ? ` … ${note}` : ''}${seconds > 1 ? ` (${seconds} s)` : ''}`;
    output.write(`\r\u001B[2K${text.slice(0, (output.columns ?? 80) - 1)}`);
  };
  const timer = setInterval(draw, isTerminal ? FRAME_MS : STILL_BUSY_MS);
  return {
    note: (text: string) => {
      note = text;
    },
    end: () => {
      clearInterval(timer);
      if (isTerminal) output.write('\r\u001B[2K');
    },
  };
}
