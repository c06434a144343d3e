// The narrator: prints the story, a line for each step, with a sign of life while a step takes long.
import type { WriteStream } from 'node:tty';

export interface Narrator {
  /** Runs one step and prints what it tells; rejects with the step's own error once that is printed. */
  step(title: string, run: (progress: (note: string) => void) => Promise<string>): Promise<void>;
  say(text: string): void;
}

type Output = Pick<NodeJS.WriteStream, 'write'> & Partial<Pick<WriteStream, 'isTTY' | 'columns'>>;

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 100;
/** Off a terminal nothing moves: a step that takes longer than this says so, once in a while. */
const STILL_BUSY_MS = 5_000;

/** Colour and movement only on a terminal, and no colour where NO_COLOR is set (https://no-color.org). */
export function createNarrator(output: Output, { noColor }: { noColor: boolean }): Narrator {
  const isTerminal = output.isTTY === true;
  const paint = (code: number, text: string) =>
    isTerminal && !noColor ? `\u001B[${code}m${text}\u001B[0m` : text;
  const line = (text: string) => output.write(`${text}\n`);
  let number = 0;

  return {
    say: line,
    async step(title, run) {
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
        line(`${paint(31, '✗')} ${heading}`);
        const reason = error instanceof Error ? error.message : String(error);
        for (const detail of reason.split('\n')) line(`      ${paint(31, detail)}`);
        throw error;
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
