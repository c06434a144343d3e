// The narrator: prints the story, a line for each step, with a sign of life while a step takes long.
import type { WriteStream } from 'node:tty';
import { wrapped } from './wrapped.ts';

/** A step came out otherwise than it should; the reason, its `cause`, has been printed. */
export class StepFailure extends Error {
  constructor(number: number, title: string, cause: unknown) {
    super(`step ${number}: ${title}`, { cause });
    this.name = 'StepFailure';
  }
}

/** What a step comes to that could not be tried here: it has not passed. */
export class NotTried {
  constructor(readonly reason: string) {}
}

export interface Narrator {
  /** When it aborts, no further step begins, and the one under way, if it fails now, is not told. */
  readonly signal: AbortSignal | undefined;
  /**
   * Runs one step and prints what it tells, or why it failed. Rejects with a `StepFailure`, or with the
   * signal's reason.
   */
  step(title: string, run: (progress: (note: string) => void) => Promise<string | NotTried>): Promise<void>;
  /** The steps so far that were not tried: `step 15: Be refused with an expired token`. */
  readonly notTried: readonly string[];
  say(text: string): void;
}

type Output = Pick<NodeJS.WriteStream, 'write'> & Partial<Pick<WriteStream, 'isTTY' | 'columns'>>;

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 100;
/** Off a terminal nothing moves: a step that takes longer than this says so, once in a while. */
const STILL_BUSY_MS = 5_000;

/** Of a terminal that does not say, and of a file. */
const DEFAULT_COLUMNS = 80;
const DETAIL = ' '.repeat(6);

/** Colour and movement only on a terminal, and no colour where NO_COLOR is set (https://no-color.org). */
export function createNarrator(
  output: Output,
  { noColor, signal }: { noColor: boolean; signal?: AbortSignal },
): Narrator {
  const isTerminal = output.isTTY === true;
  const paint = (code: number, text: string) =>
    isTerminal && !noColor ? `\u001B[${code}m${text}\u001B[0m` : text;
  const columns = () => output.columns || DEFAULT_COLUMNS;
  /** Coloured line by line, when it has been wrapped: a colour has no width. */
  const say = (text: string, color?: number) => {
    for (const line of wrapped(text, columns())) {
      output.write(`${color === undefined ? line : paint(color, line)}\n`);
    }
  };
  const sayStep = (mark: string, color: number, heading: string) => {
    const [first = '', ...others] = wrapped(`  ${heading}`, columns(), DETAIL);
    output.write(`${paint(color, mark)}${first.slice(1)}\n`);
    for (const line of others) output.write(`${line}\n`);
  };
  const sayDetails = (text: string, color: number) => {
    for (const detail of text.split('\n')) say(DETAIL + detail, color);
  };
  const notTried: string[] = [];
  let number = 0;

  return {
    signal,
    notTried,
    say,
    async step(title, run) {
      signal?.throwIfAborted();
      number += 1;
      const heading = `${String(number).padStart(2)}  ${title}`;
      const sign = showLife(output, heading, isTerminal);
      try {
        const told = await run(sign.note);
        sign.end();
        if (told instanceof NotTried) {
          notTried.push(`step ${number}: ${title}`);
          sayStep('–', 33, `${heading}: not tried`);
          sayDetails(told.reason, 2);
          return;
        }
        sayStep('✓', 32, heading);
        sayDetails(told, 2);
      } catch (error) {
        sign.end();
        signal?.throwIfAborted();
        sayStep('✗', 31, heading);
        const reason = error instanceof Error ? error.message : String(error);
        sayDetails(reason, 31);
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
      const text = `  ${heading} … ${note ? `${note}, ` : ''}${seconds} s`;
      for (const line of wrapped(text, DEFAULT_COLUMNS, DETAIL)) output.write(`${line}\n`);
      return;
    }
    const text = `${FRAMES[frame++ % FRAMES.length]} ${heading}${note ? ` … ${note}` : ''}${seconds > 1 ? ` (${seconds} s)` : ''}`;
    output.write(`\r\u001B[2K${text.slice(0, (output.columns || DEFAULT_COLUMNS) - 1)}`);
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
