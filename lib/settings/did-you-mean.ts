// A name that is not known, and the known one that was probably meant.

/** As many letters may be wrong, missing, or too many. */
const MOST_WRONG = 3;

/** `; did you mean maxAttempts?`, or nothing where no name is near enough. */
export function didYouMean(name: string, known: readonly string[]): string {
  const nearest = nearestOf(name, known);
  return nearest === undefined ? '' : `; did you mean ${nearest}?`;
}

/** Of short names less may be wrong: a third of their letters. Upper and lower case are one. */
export function nearestOf(name: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((candidate) => ({ candidate, wrong: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, wrong }) => wrong <= Math.min(MOST_WRONG, Math.floor(candidate.length / 3)))
    .sort((one, other) => one.wrong - other.wrong);
  return ranked[0]?.candidate;
}

/** Levenshtein's: letters to put in, take out or change. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [line, letter] of [...one].entries()) {
    const next = [line + 1];
    for (let column = 1; column <= other.length; column += 1) {
      const changed = (row[column - 1] as number) + (letter === other[column - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[column] as number) + 1, (next[column - 1] as number) + 1));
    }
    row = next;
  }
  return row[other.length] as number;
}
