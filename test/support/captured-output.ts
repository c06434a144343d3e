// What the function writes: the log lines and the metric lines of standard output.
import { vi } from 'vitest';

export interface CapturedOutput {
  /** Everything written so far, as it was. */
  text(): string;
  /** The lines that the logger wrote. */
  logs(): Record<string, unknown>[];
  /** The lines in embedded metric format. */
  metrics(): Record<string, unknown>[];
  clear(): void;
  restore(): void;
}

/** Takes over standard output and standard error until `restore`. */
export function captureOutput(): CapturedOutput {
  let written = '';
  const take = (chunk: unknown) => {
    written += chunk instanceof Uint8Array ? Buffer.from(chunk).toString() : String(chunk);
    return true;
  };
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(take),
    vi.spyOn(process.stderr, 'write').mockImplementation(take),
  ];
  const lines = () =>
    written
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return {
    text: () => written,
    logs: () => lines().filter((line) => line['level'] !== undefined),
    metrics: () => lines().filter((line) => line['_aws'] !== undefined),
    clear: () => {
      written = '';
    },
    restore: () => {
      for (const spy of spies) spy.mockRestore();
    },
  };
}
