// Text that others wrote, as a terminal may show it.

const LONGEST = 500;

/** Escaped as in JSON, what steers a terminal or turns its lines around; the rest as it is. JSON stays the same JSON. */
export function escaped(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) =>
    // Two units beyond the basic plane, as JSON has it.
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

/** Escaped, and not the whole of what is longer than any message. */
export function shownMessage(text: string): string {
  return escaped(text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`);
}

/** The name of a field or an item; of one that is none, its length. */
export function shownName(name: string): string {
  return name.length <= 64 ? escaped(name) : `(a name of ${name.length} characters)`;
}
