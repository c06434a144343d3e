// XML documents from plain objects.
import { XMLBuilder } from 'fast-xml-parser';

const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@' });

/**
 * A document with one root element. Arrays become repeated elements, keys with `@` attributes, and what is
 * `undefined` is left out.
 */
export function xmlDocument(root: string, content: unknown, attributes: Record<string, string> = {}): string {
  const prefixed = Object.entries(attributes).map(([name, value]) => [`@${name}`, value]);
  const element = typeof content === 'object' ? withoutUndefined(content) : { '#text': content };
  const document = { [root]: { ...Object.fromEntries(prefixed), ...(element as object) } };
  return `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build(document)}`;
}

function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => [name, withoutUndefined(member)]),
  );
}
