// The form of an identity provider's cases: a registration, its tokens and its keys, as the vendor writes them.
import { readdirSync, readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { errorTable } from '../../service/error-table.ts';
import type { ErrorCode } from '../../service/errors.ts';

const object = z.record(z.string(), z.unknown());

/** A key pair by its name, which begins with its algorithm, and every member of its JWK but the key itself. */
const publishedKey = z.strictObject({ key: z.string(), members: object });

const jwkSet = z.strictObject({
  url: z.string(),
  /** Members of the set beside `keys`. */
  with: z.optional(object),
  keys: z.array(publishedKey),
});

const acceptedToken = z.strictObject({
  /** Completes “accepts …”. */
  name: z.string(),
  /** Default: the first key of the first set. */
  signedBy: z.optional(z.string()),
  /** The whole header, and all claims: nothing is added to them. */
  header: object,
  claims: object,
  /** What STS is asked for. */
  expect: z.strictObject({
    tags: z.record(z.string(), z.string()),
    sessionName: z.string(),
    sourceIdentity: z.optional(z.string()),
  }),
});

/** The first accepted token, with what is different. */
const refusedToken = z.strictObject({
  /** Completes “refuses …”. */
  name: z.string(),
  signedBy: z.optional(z.string()),
  header: z.optional(object),
  claims: z.optional(object),
  /** Claims left out. */
  without: z.optional(z.array(z.string())),
  expect: z.enum(Object.keys(errorTable) as [ErrorCode, ...ErrorCode[]]),
});

const providerCase = z.strictObject({
  name: z.string(),
  /** As docs/identity-providers.md shows it. */
  registration: object,
  /** Codes of the warnings that it is answered with; none by default. */
  warnings: z.optional(z.array(z.string())),
  jwkSets: z.array(jwkSet),
  accepted: z.array(acceptedToken),
  refused: z.array(refusedToken),
});

const providerFile = z.strictObject({
  /** The heading in docs/identity-providers.md. */
  provider: z.string(),
  /** The pages that say what its tokens look like. */
  sources: z.array(z.string()),
  cases: z.array(providerCase),
});

export type ProviderCase = z.infer<typeof providerCase>;
export type ProviderFile = z.infer<typeof providerFile>;
export type AcceptedToken = z.infer<typeof acceptedToken>;
export type RefusedToken = z.infer<typeof refusedToken>;
export type Token = Pick<AcceptedToken, 'header' | 'claims' | 'signedBy'>;

/** Every file in identity-providers/; a field that no case can have is an error. */
export function readProviderFiles(): ProviderFile[] {
  const folder = new URL('identity-providers/', import.meta.url);
  return readdirSync(folder)
    .map((name) => name.replace(/\.json$/, ''))
    .sort()
    .map((name) => parse(name, readFileSync(new URL(`${name}.json`, folder), 'utf8')));
}

/** The token that a case expects to be refused. */
export function hostileToken(changes: RefusedToken, { header, claims, signedBy }: AcceptedToken): Token {
  const { without = [] } = changes;
  const changed = Object.entries({ ...claims, ...changes.claims });
  return {
    header: { ...header, ...changes.header },
    claims: Object.fromEntries(changed.filter(([name]) => !without.includes(name))),
    signedBy: changes.signedBy ?? signedBy,
  };
}

function parse(name: string, text: string): ProviderFile {
  const parsed = providerFile.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error(`${name}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
