// Properties of issuers: whatever is registered and whatever is sent, a session's tenant is one that the token's issuer may name.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BrokerError } from '../../service/errors.ts';
import { parseRegistration } from '../../service/registrations/registration.ts';
import { sessionTagsOf } from '../../service/sessions/session-tags.ts';
import { JwkSets } from '../../service/tokens/jwk-sets.ts';
import { digestOf, TokenVerifier } from '../../service/tokens/token-verifier.ts';
import { forge } from '../conformance/forge.ts';
import { published } from '../conformance/keys.ts';
import { NOW } from '../conformance/token-case.ts';
import { minimalBody } from '../support/registrations.ts';
import { runs } from '../support/runs.ts';

/** What each URL publishes; all by the same key id. */
const keysAt: Readonly<Record<string, string>> = {
  'https://a.example.com/keys': 'ES256',
  'https://b.example.com/keys': 'the second issuer’s ES256',
};
const own = Object.values(keysAt);
const signers = [...own, ...own, ...own, 'a stranger’s ES256'];

const names = ['blue', 'green', 'red'];
const name = fc.constantFrom(...names);
/** Each with what it matches, written down a second time, for this test alone. */
const shapes: Readonly<Record<string, (claims: Claims) => string | undefined>> = {
  'https://x/blue': () => 'https://x/blue',
  'https://x/green': () => 'https://x/green',
  'https://x/{tid}': ({ tid }) => (isName(tid) ? `https://x/${tid}` : undefined),
  'https://x/{tid}/{/org/id}': ({ tid, org }) =>
    isName(tid) && isName(org.id) ? `https://x/${tid}/${org.id}` : undefined,
  'https://{/org/id}.x/blue': ({ org }) => (isName(org.id) ? `https://${org.id}.x/blue` : undefined),
};
interface Claims {
  readonly tid?: unknown;
  readonly org: { readonly id?: unknown };
  readonly tenant?: unknown;
}
const isName = (value: unknown): value is string => typeof value === 'string' && /^[a-z]{1,10}$/.test(value);

const issuer = fc.record(
  {
    Issuer: fc.constantFrom(...Object.keys(shapes)),
    JWKSetURL: fc.constantFrom(...Object.keys(keysAt)),
    SessionTagValue: name,
    RequiredClaims: fc.oneof(
      { arbitrary: fc.constant({ tid: names, '/org/id': names }), weight: 4 },
      {
        arbitrary: fc.constantFrom<object>({}, { tid: ['blue'] }, { tid: names, '/org/id': ['green'] }),
        weight: 1,
      },
    ),
  },
  { requiredKeys: ['Issuer', 'JWKSetURL', 'RequiredClaims'], noNullPrototype: true },
);
type IssuerFields = typeof issuer extends fc.Arbitrary<infer T> ? T : never;

const registration = fc.record({
  JWTClaimName: fc.constantFrom('tenant', 'tid', '/org/id'),
  ClaimForms: fc.constantFrom(['ListOfOne'], ['SafeInteger', 'ListOfOne']),
  Issuers: fc.uniqueArray(issuer, { minLength: 1, maxLength: 4, selector: ({ Issuer }) => Issuer }),
});

const value = fc.oneof(
  { arbitrary: name as fc.Arbitrary<unknown>, weight: 9 },
  { arbitrary: fc.oneof(fc.tuple(name), fc.constantFrom(undefined, null, 7, '', 'a/b', '{tid}')), weight: 1 },
);
const token = fc
  .record({
    tid: value,
    tenant: value,
    org: fc.record({ id: value }),
    shape: fc.constantFrom(...Object.keys(shapes)),
    other: name,
  })
  .chain(({ shape, other, ...claims }) =>
    fc.record({
      claims: fc.constant(claims as Claims),
      // Mostly one that some template or other has for these claims.
      iss: fc.constantFrom(shapes[shape]?.(claims) ?? 'https://x/blue', `https://x/${other}`, shape),
      signer: fc.constantFrom(...signers),
    }),
  );

/** What a claim is as a text, by the forms that are registered; `undefined` where it is none. */
function textOf(claims: Claims, reference: string, forms: readonly string[]): string | undefined {
  const found = reference === '/org/id' ? claims.org.id : claims[reference as 'tid' | 'tenant'];
  const inner = Array.isArray(found) && found.length === 1 ? found[0] : found;
  if (typeof inner === 'number' && forms.includes('SafeInteger')) return String(inner);
  return typeof inner === 'string' ? inner : undefined;
}

function mayName(
  tenant: string,
  { claims, iss, signer }: TokenParts,
  { Issuers, ...rest }: Registered,
): boolean {
  const fitting = Issuers.filter(({ Issuer }) => shapes[Issuer]?.(claims) === iss);
  const exact = fitting.filter(({ Issuer }) => Issuer === iss);
  const [only, another] = exact.length > 0 ? exact : fitting;
  if (!only || another || keysAt[only.JWKSetURL] !== signer || !hasRequired(claims, only)) return false;
  if (only.SessionTagValue !== undefined) return tenant === only.SessionTagValue;
  const isAnothers = Issuers.some(({ SessionTagValue }) => SessionTagValue === tenant);
  return !isAnothers && tenant === textOf(claims, rest.JWTClaimName, rest.ClaimForms);
}
type TokenParts = typeof token extends fc.Arbitrary<infer T> ? T : never;
type Registered = typeof registration extends fc.Arbitrary<infer T> ? T : never;

function hasRequired({ tid, org }: Claims, { RequiredClaims }: IssuerFields): boolean {
  const claims: Record<string, unknown> = { tid, '/org/id': org.id };
  return Object.entries(RequiredClaims ?? {}).every(([claim, allowed]) =>
    [claims[claim]].flat().some((one) => (allowed as unknown[]).includes(one)),
  );
}

it('the tenant of a session is one that the issuer of its token may name', async () => {
  const { JWKSetURL, JWTClaimName, ...body } = minimalBody;
  const now = () => NOW * 1000;
  const fetcher = async (url: string) =>
    Buffer.from(
      JSON.stringify({ keys: published([{ key: keysAt[url] as string, with: { kid: 'ES256' } }]) }),
    );
  const seen = new Map<string, number>();
  const count = (what: string): void => {
    seen.set(what, (seen.get(what) ?? 0) + 1);
  };

  await fc.assert(
    fc.asyncProperty(registration, token, async (registered, parts) => {
      let parsed: ReturnType<typeof parseRegistration>;
      try {
        const Issuers = registered.Issuers.map(({ RequiredClaims, ...issuer }) =>
          Object.keys(RequiredClaims).length > 0 ? { ...issuer, RequiredClaims } : issuer,
        );
        parsed = parseRegistration({ ...body, ...registered, Issuers });
      } catch {
        return count('no registration');
      }
      const claims = { ...parts.claims, iss: parts.iss };
      const jwt = forge({ name: '', claims, signed: { key: parts.signer }, expect: { tags: {} } });
      const verifier = new TokenVerifier(new JwkSets(fetcher, [], now), now);
      try {
        const verification = { owner: 'App', version: 'version-1' };
        const verified = await verifier.verify(jwt, digestOf(jwt), parsed, verification);
        const [tenant] = sessionTagsOf(verified, parsed);
        expect(mayName(tenant?.value ?? '', parts, registered)).toBe(true);
        count(verified.sessionTagValue === undefined ? 'claimed' : 'bound');
      } catch (error) {
        if (!(error instanceof BrokerError)) throw error;
        count(error.code);
      }
    }),
    runs(3_000),
  );
  // Without these, nothing has been shown.
  for (const what of [
    'claimed',
    'bound',
    'ClaimNotAllowed',
    'TokenSignatureInvalid',
    'TokenIssuerMismatch',
    'TokenClaimMismatch',
  ])
    expect(seen.get(what) ?? 0, what).toBeGreaterThan(0);
});
