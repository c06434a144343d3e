// JSON as it must be where it decides something: no member twice, so that no two readers see two documents.

/** The text is JSON, and has a member twice in one object (RFC 8259, section 4, leaves open what that means). */
export class DuplicateMember extends SyntaxError {
  override readonly name = 'DuplicateMember';
}

/**
 * Reads JSON.
 *
 * @throws SyntaxError where it is none, or nested deeper than 100 times; its message may quote the text
 * @throws DuplicateMember
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  requireSingleMembers(text);
  return value;
}

/**
 * Whether JSON has more structure than that: braces and brackets that open, commas and colons. It is these that make reading
 * cost more than the bytes do, so this is asked before: it goes over the bytes once, and only until it knows.
 */
export function hasMoreStructure(json: Uint8Array, most: number): boolean {
  let found = 0;
  let isInString = false;
  for (let at = 0; at < json.length; at += 1) {
    const code = json[at];
    if (code === QUOTE) isInString = !isInString;
    else if (isInString) at += code === BACKSLASH ? 1 : 0;
    else if (code === OPENING.brace || code === OPENING.bracket || code === COMMA || code === COLON) {
      found += 1;
      if (found > most) return true;
    }
  }
  return false;
}

/** Whether a value that was read is an object: no list, and not `null`. */
export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** No document that is read here has a use for more, and what walks through it may do so by recursion. */
const MAX_DEPTH = 100;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPENING = { bracket: 0x5b, brace: 0x7b };
const CLOSING = { bracket: 0x5d, brace: 0x7d };

/** @param text that `JSON.parse` has read: nothing here looks at its grammar again */
function requireSingleMembers(text: string): void {
  /** Of every object and list that is open: the names of its members so far, or nothing for a list. */
  const open: (Set<string> | undefined)[] = [];
  let isName = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === OPENING.brace || code === OPENING.bracket) {
      if (open.length === MAX_DEPTH) throw new SyntaxError('nested too deep');
      open.push(code === OPENING.brace ? new Set() : undefined);
      isName = code === OPENING.brace;
    } else if (code === CLOSING.brace || code === CLOSING.bracket) {
      open.pop();
    } else if (code === COMMA) {
      isName = open.at(-1) !== undefined;
    } else if (code === COLON) {
      isName = false;
    } else if (code === QUOTE) {
      const end = endOfString(text, at);
      if (isName) addMember(open.at(-1), text.slice(at, end + 1));
      at = end;
    }
  }
}

/** Where the string that begins at a quote ends, with its other quote. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at;
}

/** Names are compared as they are read: `"\\u0061"` is `"a"`. */
function addMember(names: Set<string> | undefined, quoted: string): void {
  const name = quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
  if (names?.has(name)) throw new DuplicateMember('a member stands twice in one object');
  names?.add(name);
}
