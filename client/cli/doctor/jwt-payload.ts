// The header and the payload of a JWT, as its holder reads them: nothing is verified.

export type Payload = Readonly<Record<string, unknown>>;

/** `undefined` where the text is no JWT. */
export function payloadOf(token: string): Payload | undefined {
  const [, payload, signature, ...more] = token.split('.');
  if (!payload || !signature || more.length > 0) return undefined;
  return objectIn(payload);
}

/** `undefined` where it is no JSON object. */
export function headerOf(token: string): Payload | undefined {
  const [header = ''] = token.split('.');
  return objectIn(header);
}

function objectIn(part: string): Payload | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Payload)
      : undefined;
  } catch {
    return undefined;
  }
}

/** By its exact name, or a JSON Pointer (RFC 6901), as registrations name claims. */
export function claimIn(payload: Payload, name: string): unknown {
  if (!name.startsWith('/')) return member(payload, name);
  return name
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>(member, payload);
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Payload)[name]
    : undefined;
}
