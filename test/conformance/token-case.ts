// The form of a conformance case: what its JSON may say, and the defaults that it leaves unsaid.
import { readdirSync, readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { errorTable } from '../../service/error-table.ts';
import type { ErrorCode } from '../../service/errors.ts';

/** Where the clock stands, in seconds: 2030-04-01T12:00:00Z. */
export const NOW = 1_901_275_200;

/** The claims of every token, before a case adds to them or takes from them. */
export const defaultClaims = {
  iss: 'https://idp.example.com/pool',
  sub: 'c0ffee00-1111-4222-8333-444455556666',
  aud: 'web-client-of-the-application',
  token_use: 'id',
  'custom:tenant_id': 'Yellow',
  iat: NOW,
  exp: NOW + 3600,
};

/** The names of the keys (keys.ts) that the issuer publishes, unless a case says otherwise. */
export const defaultPublished = ['ES256', 'ES384', 'ES512', 'RS256', 'EdDSA'];

/** What two further issuers publish, by its URL. Their keys have one name: only the URL tells whose a key is. */
export const publishedBySeveral: Readonly<Record<string, readonly string[]>> = {
  'https://a.example.com/keys': ['ES256'],
  'https://b.example.com/keys': ['the second issuer’s ES256'],
};

const object = z.record(z.string(), z.unknown());
/** A long text in short: `{ "repeat": "x", "times": 257 }`. */
const repetition = z.strictObject({ repeat: z.string(), times: z.int() });
const piece = z.union([z.string(), repetition]);
const hex = z.strictObject({ hex: piece });
/** A header or payload: text as it is, pieces of text, bytes, or an object to be written as JSON. */
const part = z.union([piece, z.array(piece), hex, object]);

const signing = z.union([
  /** A key by its name, with its own algorithm or another; ECDSA signatures as JWS has them, or as `der`; any PSS salt. */
  z.strictObject({
    key: z.string(),
    algorithm: z.optional(z.string()),
    encoding: z.optional(z.literal('der')),
    saltLength: z.optional(z.int()),
  }),
  /** A shared secret: a text, or what is known of a published key (forge.ts). */
  z.strictObject({ hmac: z.enum(['sha256', 'sha384', 'sha512']), secret: z.string() }),
  /** No signature at all, but these bytes. */
  hex,
]);

const publishedKey = z.union([
  z.string(),
  z.strictObject({
    key: z.string(),
    with: z.optional(object),
    without: z.optional(z.array(z.string())),
    private: z.optional(z.boolean()),
  }),
  /** A key that stands here in full, once or several times. */
  z.strictObject({ jwk: object, times: z.optional(z.int()) }),
]);

const tokenCase = z.strictObject({
  /** Completes “refuses …”, or “accepts …”. */
  name: z.string(),
  /** What it goes back to: an RFC and its section, a CVE. */
  source: z.optional(z.string()),

  /** Before signing. Default: `alg` and `kid` of the signing key, `typ` JWT. */
  header: z.optional(part),
  /** Added to {@link defaultClaims}, or replacing them. */
  claims: z.optional(object),
  /** Claims left out. */
  without: z.optional(z.array(z.string())),
  /** Instead of claims. */
  payload: z.optional(part),
  /** Default: by the key ES256. */
  signed: z.optional(signing),
  /** Put in place of what was signed. */
  altered: z.optional(
    z.strictObject({
      header: z.optional(part),
      claims: z.optional(object),
      /** A name of signature-damage.ts. */
      signature: z.optional(z.string()),
    }),
  ),
  /** Parts whose last character is changed in the bits that decoding drops. */
  respelled: z.optional(z.array(z.enum(['header', 'payload', 'signature']))),
  /** How the parts are put together. Default: `{header}.{payload}.{signature}`; `{header:base64}` and `{header:padded}` spell it otherwise. */
  form: z.optional(z.string()),
  /** The token in full, instead of all the above. */
  token: z.optional(z.string()),
  /** What proves `token` to be copied correctly, and signed: the key that verifies it and what it then says. */
  genuine: z.optional(
    z.strictObject({ keys: z.array(object), payload: z.string(), detached: z.optional(z.boolean()) }),
  ),

  /** The JWK set: keys, or any other document. */
  published: z.optional(z.union([z.array(publishedKey), z.strictObject({ document: z.unknown() })])),
  /** Added to the least registration that there is, as an application would write it. */
  registration: z.optional(object),
  /** Seconds. Default: {@link NOW}. */
  clock: z.optional(z.number()),

  /** What the message of a refusal has in it. */
  says: z.optional(z.string()),
  /** The error code, of the token or of its registration, or the session tags. */
  expect: z.union([
    z.enum(Object.keys(errorTable) as [ErrorCode, ...ErrorCode[]]),
    z.strictObject({ tags: z.record(z.string(), z.string()) }),
  ]),
});

const caseFile = z.strictObject({ about: z.string(), cases: z.array(tokenCase) });

export type TokenCase = z.infer<typeof tokenCase>;
export type Part = z.infer<typeof part>;
export type Signing = z.infer<typeof signing>;
export type PublishedKey = z.infer<typeof publishedKey>;

export interface CaseFile extends z.infer<typeof caseFile> {
  readonly name: string;
}

/** Every JSON file beside this one; a field that no case can have is an error. */
export function readCaseFiles(): CaseFile[] {
  const folder = new URL('.', import.meta.url);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => ({ name, ...parse(name, readFileSync(new URL(name, folder), 'utf8')) }));
}

function parse(name: string, text: string) {
  const parsed = caseFile.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error(`${name}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
