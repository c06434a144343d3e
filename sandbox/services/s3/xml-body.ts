// XML bodies of S3 requests.
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { AwsError } from '../../aws-error.ts';

const parser = new XMLParser({
  ignoreDeclaration: true,
  ignoreAttributes: true,
  removeNSPrefix: true,
  // Keys are text whatever they look like, blanks at their ends included.
  parseTagValue: false,
  trimValues: false,
  isArray: (_name, path) => path === 'Delete.Object',
});

/** The root element's children; throws `MalformedXML`, also where the root has another name. */
export function parseXml(body: Uint8Array, root: string): Record<string, unknown> {
  const text = Buffer.from(body).toString();
  if (XMLValidator.validate(text) === true) {
    const document = (parser.parse(text) as Record<string, unknown>)[root];
    if (document === '') return {};
    if (typeof document === 'object' && document !== null) {
      const { '#text': _blanks, ...children } = document as Record<string, unknown>;
      return children;
    }
  }
  throw malformedXml();
}

export function malformedXml(): AwsError {
  return new AwsError(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  );
}
