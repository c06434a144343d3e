// Text of a terminal's width: ended between words, none of which is broken.

/**
 * The lines of a text. Those that follow another begin where it began, or with `hanging`.
 * A word longer than the width has a line to itself, and goes beyond it: whoever copies it copies it whole.
 */
export function wrapped(text: string, columns: number, hanging?: string): string[] {
  return text.split('\n').flatMap((line) => wrappedLine(line, columns, hanging));
}

function wrappedLine(line: string, columns: number, hanging?: string): string[] {
  const [indentation = ''] = /^ */.exec(line) ?? [];
  const lines: string[] = [];
  let current = '';
  // With the spaces before it, which align one line with the next.
  for (const [word] of line.matchAll(/ *[^ ]+/g)) {
    if (current.trim() !== '' && current.length + word.length > columns) {
      lines.push(current);
      current = (hanging ?? indentation) + word.trimStart();
    } else {
      current += word;
    }
  }
  return [...lines, current];
}
