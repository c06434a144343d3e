// What a story says, line by line.
import { createNarrator, type Narrator } from '../../../demo/narration/narrator.ts';

export function listen(signal?: AbortSignal): { readonly narrator: Narrator; readonly lines: string[] } {
  const lines: string[] = [];
  const narrator = createNarrator(
    // So wide that no reason is wrapped.
    { write: (text) => lines.push(...String(text).trimEnd().split('\n')) > 0, columns: 10_000 },
    { noColor: true, ...(signal && { signal }) },
  );
  return { narrator, lines };
}

/** The step that failed, and what was said of it. */
export function failureOf(lines: readonly string[]): string {
  return lines.slice(lines.findIndex((line) => line.startsWith('✗'))).join('\n');
}
