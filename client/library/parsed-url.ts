// A URL, where a text is one.

/**
 * In the place of `URL.canParse`: of Node.js 20 that takes texts with letters beyond ASCII for no URLs once it has been
 * optimized.
 */
export function parsedUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
