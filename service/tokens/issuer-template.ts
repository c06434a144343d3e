// The issuer template: an issuer that is one for every tenant, and says in its name whose it is.
import { claimAt } from './claim-reference.ts';

const placeholder = /\{([^{}]*)\}/g;
/** What a placeholder may stand for: nothing that could end a part of a URL. */
const segment = /^[A-Za-z0-9-]{1,128}$/;
/** Two placeholders with nothing between them that could not be part of what they stand for. */
const inseparable = /\{[^{}]*\}[A-Za-z0-9-]*\{/;

export function isTemplate(issuer: string | undefined): boolean {
  return issuer?.includes('{') ?? false;
}

/** The claims, by their references, that an issuer's name has placeholders for; none where it is no template. */
export function placeholdersOf(issuer: string): string[] {
  return [...issuer.matchAll(placeholder)].map(([, reference]) => reference as string);
}

/**
 * What is wrong with an issuer as a template, or `undefined`. What a placeholder stands for the token itself says: it must
 * be the tenant too, or one of the values that are required, or the issuer would be whichever the token likes.
 *
 * @param bound references of the claims that decide the tenant, or have required values
 */
export function findTemplateProblem(issuer: string, bound: readonly string[]): string | undefined {
  if (/[{}]/.test(issuer.replace(placeholder, ''))) return 'has a brace that belongs to no {claim}';
  // `{a}-{b}` is `x-y-z` in two ways: by one issuer's name, its tokens could name either tenant.
  if (inseparable.test(issuer)) return 'must have one of /._:~ or the like between two {claims}';
  const free = placeholdersOf(issuer).find((reference) => !bound.includes(reference));
  if (free === undefined) return undefined;
  return `{${free}} must be the claim that is JWTClaimName, or one of RequiredClaims: any tenant of the issuer would be accepted`;
}

/** The same for all templates that differ in nothing but the claims that they name. */
export function shapeOf(issuer: string): string {
  return issuer.replace(placeholder, '{}');
}

/**
 * Whether `iss` is the issuer, its placeholders filled in with the token's claims.
 *
 * @param aliases other names for claims, which placeholders may use
 */
export function isIssuedBy(
  issuer: string,
  claims: { readonly iss?: unknown },
  aliases: Readonly<Record<string, string>> = {},
): boolean {
  if (typeof claims.iss !== 'string') return false;
  if (!isTemplate(issuer)) return claims.iss === issuer;
  // Of a hundred templates, most fit no further than this.
  if (!claims.iss.startsWith(issuer.slice(0, issuer.indexOf('{')))) return false;
  let isFilled = true;
  const filled = issuer.replace(placeholder, (_, name: string) => {
    const value = claimAt(claims, Object.hasOwn(aliases, name) ? (aliases[name] as string) : name);
    if (typeof value === 'string' && segment.test(value)) return value;
    isFilled = false;
    return '';
  });
  return isFilled && claims.iss === filled;
}
