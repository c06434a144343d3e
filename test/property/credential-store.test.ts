// Properties of what the library keeps: nothing that was asked for otherwise is ever served, whatever tokens and targets hold.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CredentialStore, keyOf } from '../../client/library/credential-store.ts';
import { runs } from '../support/runs.ts';

/** Short, of what separates the parts of JSON, of paths and of a careless key; and any text. */
const text = fc.oneof(
  fc.string({
    unit: fc.constantFrom('a', '"', ',', '\\', '\0', '\n', ':', '|', ' ', '*', '\ud800', 'é'),
    maxLength: 4,
  }),
  fc.string({ unit: 'binary', maxLength: 6 }),
);
const access = fc.record({
  target: text,
  permission: fc.constantFrom('READ' as const, 'WRITE' as const, 'READWRITE' as const),
  durationSeconds: fc.option(fc.integer({ min: 900, max: 902 }), { nil: undefined }),
});
const request = fc.record({ token: text, access: fc.option(access, { nil: undefined }) });

/** Part by part, without a key. */
function areSame(one: Request, other: Request): boolean {
  const [mine, theirs] = [one.access, other.access];
  if (one.token !== other.token || (mine === undefined) !== (theirs === undefined)) return false;
  return (['target', 'permission', 'durationSeconds'] as const).every(
    (name) => mine?.[name] === theirs?.[name],
  );
}
type Request = Parameters<typeof keyOf>[0];
const parts = ['token', 'target', 'permission', 'durationSeconds'] as const;

describe('what credentials are kept by', () => {
  it('is the same for the same token, target, permission and duration, and for no others', () => {
    fc.assert(
      fc.property(request, request, fc.subarray([...parts]), (one, another, shared) => {
        const other = { token: another.token, access: another.access && { ...another.access } };
        if (shared.includes('token')) other.token = one.token;
        for (const name of shared) {
          if (name !== 'token' && one.access && other.access)
            Object.assign(other.access, { [name]: one.access[name] });
        }
        expect(keyOf(one) === keyOf(other)).toBe(areSame(one, other));
        expect(keyOf(structuredClone(one))).toBe(keyOf(one));
      }),
      runs(2_000),
    );
  });

  it('keeps apart what differs in one part alone, or where one part’s end could be the next one’s beginning', () => {
    fc.assert(
      fc.property(request, access, text, (one, { target, permission, durationSeconds }, more) => {
        const { token } = one;
        const all: Request[] = [
          one,
          { token: `${token}${more}x`, access: one.access },
          { token, access: one.access ? undefined : { target, permission, durationSeconds } },
          { token: JSON.stringify([token, target]), access: undefined },
          { token: `${token},${JSON.stringify(target)}`, access: undefined },
          { token, access: { target: `${target}${more}x`, permission, durationSeconds: 903 } },
          { token, access: { target: `${target}${more}x`, permission, durationSeconds: 904 } },
        ];
        const different = all.filter((each, at) => all.findIndex((other) => areSame(each, other)) === at);
        expect(new Set(all.map(keyOf)).size).toBe(different.length);
      }),
      runs(1_000),
    );
  });
});

describe('the store', () => {
  it('answers everybody with what was issued for just that, however many ask at once, and holds no more than it may', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 30 }), async (requests) => {
        const issued: Request[] = [];
        const store = new CredentialStore({
          ask: async (asked) => {
            issued.push(asked);
            return {
              accessKeyId: String(issued.length - 1),
              secretAccessKey: 's',
              sessionToken: 't',
              expiresAt: 1e6,
              renewAt: 1e6,
              warnings: [],
            };
          },
          now: () => 0,
          maxTokens: 5,
        });
        const [together, again] = [
          await Promise.all(requests.map((each) => store.get(each))),
          await Promise.all(requests.map((each) => store.get(structuredClone(each)))),
        ];
        for (const answers of [together, again]) {
          for (const [n, { accessKeyId }] of answers.entries()) {
            expect(areSame(issued[Number(accessKeyId)] as Request, requests[n] as Request)).toBe(true);
          }
        }
      }),
      runs(200),
    );
  });
});
