// Identity providers: the registrations of docs/identity-providers.md, with tokens like the vendors', through the whole function.
import { describe, expect, it } from 'vitest';
import type { Answered } from '../support/broker.ts';
import { useBroker } from '../support/broker-fixture.ts';
import { eventOf } from '../support/events.ts';
import {
  type AcceptedToken,
  hostileToken,
  type ProviderCase,
  readProviderFiles,
  type Token,
} from './identity-provider.ts';
import { ProviderKeys } from './provider-keys.ts';

const files = readProviderFiles();
const fixture = useBroker();

for (const { provider, cases } of files) {
  for (const one of cases) {
    const { name, registration, warnings = [], accepted, refused } = one;
    const [genuine] = accepted as [AcceptedToken];

    describe(`${provider}: ${name}`, () => {
      it(`registers, and is warned of ${warnings.join(', ') || 'nothing'}`, async () => {
        const { statusCode, body } = await register(one, new ProviderKeys(one));
        expect({ statusCode, body }).toMatchObject({ statusCode: 201, body: written(registration) });
        expect(codesOf(body['Warnings'])).toEqual(warnings);
      });

      for (const { name: what, expect: expected, ...token } of accepted) {
        it(`accepts ${what}`, async () => {
          const { statusCode, body } = await present(token, one);
          expect({ statusCode, body }).toMatchObject({ statusCode: 200 });
          expect(asked()).toEqual([expected]);
        });
      }

      for (const changes of refused) {
        it(`refuses ${changes.name}: ${changes.expect}`, async () => {
          const { statusCode, body } = await present(hostileToken(changes, genuine), one);
          expect({ statusCode, body }).toMatchObject({ statusCode: 403, body: { code: changes.expect } });
          expect(asked()).toEqual([]);
        });
      }
    });
  }
}

describe('the suite', () => {
  it('has a token that is accepted, and two at least that are refused, for every registration', () => {
    const cases = files.flatMap((file) => file.cases);
    expect(cases.length).toBeGreaterThanOrEqual(19);
    expect(cases.filter(({ accepted, refused }) => accepted.length < 1 || refused.length < 2)).toEqual([]);
  });
});

/** Registers, where the keys are published: an execution environment that has asked for none yet. */
async function register({ registration }: ProviderCase, keys: ProviderKeys): Promise<Answered> {
  fixture.keys.answer = new Error('no keys are published there');
  fixture.keys.answers = await keys.documents();
  return fixture.register(registration);
}

async function present(token: Token, one: ProviderCase): Promise<Answered> {
  const keys = new ProviderKeys(one);
  expect((await register(one, keys)).statusCode).toBe(201);
  const jwt = await keys.sign(token);
  const answer = await fixture.ask(eventOf('GET /credentials', { query: { jwt } }));
  expect(answer.text).not.toContain(jwt);
  return answer;
}

/** What STS was asked for, of access roles. */
function asked() {
  return fixture.sts.callsForAccessRoles().map(({ input }) => ({
    tags: Object.fromEntries((input.Tags ?? []).map(({ Key, Value }) => [Key, Value])),
    sessionName: input.RoleSessionName,
    ...(input.SourceIdentity !== undefined && { sourceIdentity: input.SourceIdentity }),
  }));
}

/** Fields whose answer is spelled as they were written. */
function written({ AccessRoleName, SessionTagKey, JWTClaimName }: ProviderCase['registration']) {
  return { AccessRoleName, SessionTagKey, ...(JWTClaimName !== undefined && { JWTClaimName }) };
}

function codesOf(warnings: unknown): string[] {
  return (warnings as { Code: string }[]).map(({ Code }) => Code);
}
