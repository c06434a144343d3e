// Registrations as large as they may be: stored, shown, and recorded in one log line.
import { describe, expect, it } from 'vitest';
import { errorOf, expectAnswer } from '../../support/answers.ts';
import { useBroker } from '../../support/broker-fixture.ts';
import { eventOf } from '../../support/events.ts';
import { minimalBody } from '../../support/registrations.ts';

const broker = useBroker();

const { JWKSetURL: _, ...body } = minimalBody;
const KIB = 1024;
/** A hundred issuers, each name filled up with as many of a character. */
const issuersWith = (character: string, count: number) => ({
  ...body,
  Issuers: Array.from({ length: 100 }, (__, index) => ({
    Issuer: `https://idp${index}.example.com/${character.repeat(count)}`,
    JWKSetURL: `https://idp${index}.example.com/keys.json`,
    RequiredClaims: { azp: 'web-client' },
  })),
});

describe('the largest registration', () => {
  it('is recorded in a log line that is not cut up, with what it was and what it is', async () => {
    const [before, after] = [issuersWith('a', 490), issuersWith('b', 490)];
    expect(JSON.stringify(before).length).toBeGreaterThan(60 * KIB);
    expect((await broker.register(before)).statusCode).toBe(201);
    broker.output.clear();
    const answer = await broker.ask(eventOf('PUT /applications', { body: after }));

    expect(answer.statusCode).toBe(200);
    const [line = ''] = broker.output.text().split('\n');
    expect(Buffer.byteLength(line)).toBeLessThan(250 * KIB);
    expect(JSON.parse(line)).toMatchObject({
      written: 'replaced',
      changes: { Issuers: { before: expect.any(Array), after: expect.any(Array) } },
      RegistrationChanges: 1,
    });
  });

  it.each(['POST', 'PUT'])('is told by %s in bytes, as characters of three have it', async (method) => {
    await broker.register();
    const large = issuersWith('界', 480);
    expect(JSON.stringify(large).length).toBeLessThan(64 * KIB);

    expectAnswer(
      await broker.ask(eventOf(`${method} /applications`, { body: large })),
      400,
      errorOf(
        'InvalidRequest',
        expect.stringMatching(
          /^the registration has 1\d{5} bytes as JSON in UTF-8, and may have 65536: shorten Issuers, RequiredClaims or SessionTags$/,
        ) as unknown as string,
      ),
    );
    expect(broker.sts.callsForAccessRoles()).toEqual([]);
  });
});
