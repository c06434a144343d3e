// What may be said of an error of AWS or of the network.

/** Its name and code alone: the message may quote what was sent or answered. */
export function nameOfError(error: unknown): string {
  const { name, code, cause } = Object(error) as NodeJS.ErrnoException & { cause?: { code?: unknown } };
  const words = [name, code ?? cause?.code].filter((word) => /^[A-Z][\w.]{0,63}$/.test(String(word)));
  return words.join(' ') || 'an error';
}
