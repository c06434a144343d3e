// XML that can be read in one way only: well-formed, with namespaces, and without what parsers disagree about.
import { type SaxesAttributeNS, SaxesParser } from 'saxes';

/** An element, and what it holds. Declarations of namespaces are resolved, and are no attributes. */
export interface XmlElement {
  readonly uri: string;
  readonly local: string;
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly XmlElement[];
  /** The text directly in it, character for character. */
  readonly text: string;
}

export interface XmlAttribute {
  /** Empty for an attribute without a prefix. */
  readonly uri: string;
  readonly local: string;
  readonly value: string;
}

/** `message` quotes nothing of what was read. */
export class XmlError extends Error {
  /** `malformed`: no XML 1.0 in UTF-8, or more of it than anybody needs. `ambiguous`: parts that are not read here. */
  readonly problem: 'malformed' | 'ambiguous';

  constructor(problem: XmlError['problem'], message: string) {
    super(message);
    this.name = 'XmlError';
    this.problem = problem;
  }
}

const MAX_ELEMENTS = 4_000;
const MAX_DEPTH = 32;
const MAX_ATTRIBUTES = 32;
const XMLNS = 'http://www.w3.org/2000/xmlns/';

interface OpenElement extends XmlElement {
  readonly children: XmlElement[];
  text: string;
}

/**
 * Reads a document. A document type, processing instructions, CDATA sections, comments, entities that are not XML's own
 * and relative namespaces (on which canonicalizers fail) are refused.
 *
 * @param comments `skipped` where a comment cannot change what anybody reads: in a file that an operator gives
 * @throws XmlError
 */
export function readPlainXml(
  xml: string,
  { comments = 'refused' }: { comments?: 'refused' | 'skipped' } = {},
) {
  if (xml.startsWith('\uFEFF')) throw new XmlError('malformed', 'it begins with a byte order mark');
  const parser = new SaxesParser({ xmlns: true, position: false });
  const open: OpenElement[] = [];
  let root: XmlElement | undefined;
  let elements = 0;

  const refuse = (what: string) => () => {
    throw new XmlError('ambiguous', `it has ${what}`);
  };
  parser.on('doctype', refuse('a document type'));
  parser.on('processinginstruction', refuse('a processing instruction'));
  parser.on('cdata', refuse('a CDATA section'));
  if (comments === 'refused') parser.on('comment', refuse('a comment'));
  parser.on('xmldecl', ({ version, encoding }) => {
    if (version !== '1.0') throw new XmlError('malformed', 'it is not XML 1.0');
    if (encoding !== undefined && encoding.toLowerCase() !== 'utf-8') {
      throw new XmlError('malformed', 'it is not in UTF-8');
    }
  });
  parser.on('opentag', ({ uri, local, attributes }) => {
    elements += 1;
    if (elements > MAX_ELEMENTS) throw new XmlError('malformed', `it has more than ${MAX_ELEMENTS} elements`);
    if (open.length >= MAX_DEPTH)
      throw new XmlError('malformed', `it is more than ${MAX_DEPTH} elements deep`);
    const element = { uri, local, attributes: attributesOf(attributes), children: [], text: '' };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on('text', (text) => {
    const element = open.at(-1);
    if (element) element.text += text;
  });
  parser.on('closetag', () => {
    root = open.pop();
  });

  try {
    parser.write(xml).close();
  } catch (error) {
    if (error instanceof XmlError) throw error;
    throw new XmlError('malformed', 'it is not well-formed XML');
  }
  if (!root) throw new XmlError('malformed', 'it has no element');
  return root;
}

function attributesOf(attributes: Readonly<Record<string, SaxesAttributeNS>>): XmlAttribute[] {
  const all = Object.values(attributes);
  if (all.length > MAX_ATTRIBUTES) {
    throw new XmlError('malformed', `an element has more than ${MAX_ATTRIBUTES} attributes`);
  }
  for (const { uri, value } of all) {
    if (uri === XMLNS && value !== '' && !/^[A-Za-z][A-Za-z0-9+.-]*:/.test(value)) {
      throw new XmlError('ambiguous', 'it has a relative namespace');
    }
  }
  return all.filter(({ uri }) => uri !== XMLNS).map(({ uri, local, value }) => ({ uri, local, value }));
}

/** The value of an attribute that has no namespace. */
export function attributeOf(element: XmlElement, name: string): string | undefined {
  return element.attributes.find(({ uri, local }) => uri === '' && local === name)?.value;
}

/** The children of that name, directly in the element. */
export function childrenOf(element: XmlElement, uri: string, local: string): XmlElement[] {
  return element.children.filter((child) => child.uri === uri && child.local === local);
}

/** The element, and everything below it. */
export function* elementsOf(element: XmlElement): Generator<XmlElement> {
  yield element;
  for (const child of element.children) yield* elementsOf(child);
}
