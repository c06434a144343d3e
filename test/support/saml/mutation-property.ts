// The property of changed responses: whatever is done to a signed one, nobody signs in by it as another than it was signed for.
import { expect } from 'vitest';
import { AssertionConsumer } from '../../../service/saml/assertion-consumer.ts';
import { SignInError } from '../../../service/sign-in/sign-in-error.ts';
import type { User } from '../../../service/sign-in/user.ts';
import { frozenClock } from '../clock.ts';
import { seededRandom } from '../seeded-random.ts';
import { mutated } from './mutations.ts';
import { type Answering, formWith, SamlPortal, TENANT_ATTRIBUTE, WAY_BACK } from './portal.ts';
import type { SigningCertificate } from './signing-certificate.ts';

const REQUEST_ID = '_the-request-of-this-browser';
const ways: readonly Answering['sign'][] = [['Assertion'], ['Response'], ['Response', 'Assertion']];

export interface Outcome {
  readonly refused: number;
  /** By responses that still say what was signed. */
  readonly accepted: number;
}

/**
 * Changes signed responses of two users in as many ways, and brings them. The other user's are to another request: what an
 * attacker has of somebody else.
 *
 * @throws AssertionError where one signs in as anybody but whom it was signed for
 */
export async function changeAndBring(
  certificate: SigningCertificate,
  count: number,
  seed: number,
): Promise<Outcome> {
  const clock = frozenClock();
  const portal = new SamlPortal(clock, [certificate]);
  const users: readonly User[] = [
    { id: 'ada@example.com', groups: ['dba'], groupsOverage: false, tenant: 'Yellow' },
    { id: 'eve@example.com', groups: ['root', 'sysadmin'], groupsOverage: false, tenant: 'Blue' },
  ];
  const answers = users.map(({ id, groups, tenant = '' }) => ({
    fields: {
      nameId: id,
      attributes: [
        ['groups', groups],
        [TENANT_ATTRIBUTE, [tenant]],
      ] as const,
    },
  }));
  const signedFor = (index: number, requestId: string) =>
    ways.map((sign) => portal.answer(requestId, { ...answers[index], ...(sign && { sign }) }));
  const consumer = new AssertionConsumer({
    serviceProvider: portal.serviceProvider,
    attributes: { groups: ['groups'], tenant: TENANT_ATTRIBUTE },
    pendingSignIns: {
      take: async (method) => ({
        method,
        request: { id: REQUEST_ID },
        wayBack: WAY_BACK,
        begunAt: clock.now(),
      }),
    },
    takenOnce: { take: async () => true },
    now: clock.now,
  });
  const mine = signedFor(0, REQUEST_ID);
  const others = signedFor(1, '_the-request-of-another');

  const random = seededRandom(seed);
  let [refused, accepted] = [0, 0];
  for (let index = 0; index < count; index += 1) {
    const base = mine[index % mine.length] ?? '';
    const changed = mutated(base, others[Math.floor(random() * others.length)] ?? '', random);
    const outcome = await consumer
      .consume(formWith(changed), 'x', portal.identityProvider)
      .catch((error) => error);
    if (outcome instanceof SignInError) refused += 1;
    else if (outcome instanceof Error) throw outcome;
    else {
      expect(outcome, `change ${index} of seed ${seed}: ${changed}`).toEqual({
        user: users[0],
        wayBack: WAY_BACK,
      });
      accepted += 1;
    }
  }
  return { refused, accepted };
}
