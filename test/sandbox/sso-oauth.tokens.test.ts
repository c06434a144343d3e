// CreateTokenWithIAM: which tokens are exchanged, how often, and with which words any other is refused.
import { describe, expect, it } from 'vitest';
import cases from './fixtures/exchanged-tokens.json' with { type: 'json' };
import {
  advance,
  claims,
  clock,
  exchange,
  instance,
  issuer,
  lastEvent,
  newApplication,
  newUser,
  served,
  trusted,
  trustIssuer,
  useIdentityCenter,
} from './fixtures/identity-center-account.ts';
import { DISCOVERY, KEYS } from './fixtures/token-issuer.ts';

useIdentityCenter(['RS256', 'RS384', 'RS512', 'ES256', 'PS256']);

const EMAIL = 'ada@example.com';
let people: { readonly userId: string } | undefined;

/** Ada, and two who share an address. */
function ada() {
  if (!people) {
    people = newUser(EMAIL);
    newUser('twins@example.com');
    newUser('twins@example.com');
  }
  return people;
}

const refusedWith = (error: string) => ({
  error,
  $metadata: expect.objectContaining({ httpStatusCode: error === 'invalid_client' ? 401 : 400 }),
});

describe('a token to be exchanged', () => {
  it.each(cases)('with $name: $outcome', async ({ outcome, reason, without = [], seconds, claims: more }) => {
    const { userId } = ada();
    const now = Math.floor(clock / 1_000);
    const times = Object.entries(seconds ?? {}).map(([name, ahead]) => [name, now + ahead]);
    const all = claims({ email: EMAIL, ...more, ...Object.fromEntries(times) });
    for (const name of without) delete all[name];
    const exchanged = exchange(newApplication(), await issuer.sign(all));
    if (outcome === 'accepted') {
      await exchanged;
      expect(lastEvent()).toMatchObject({ statusCode: 200, parameters: { UserId: userId } });
      return;
    }
    await expect(exchanged).rejects.toMatchObject({ name: 'InvalidGrantException', ...refusedWith(outcome) });
    expect(lastEvent()).toMatchObject({
      errorCode: 'InvalidGrantException',
      reason: expect.stringMatching(new RegExp(reason ?? '')),
    });
  });

  it.each(['RS384', 'RS512', 'ES256', 'PS256'])(
    'may not be signed by %s, though the key is published',
    async (by) => {
      ada();
      await expect(
        exchange(newApplication(), await issuer.sign(claims({ email: EMAIL }), by)),
      ).rejects.toMatchObject(refusedWith('invalid_grant'));
      expect(lastEvent()?.reason).toBe('it is no JWT signed by RS256');
    },
  );

  it.each([
    ['a text', 'not-a-token'],
    ['an unsigned token', 'eyJhbGciOiJub25lIn0.e30.'],
    ['claims that are no object', 'eyJhbGciOiJSUzI1NiJ9.W10.AAAA'],
  ])('is no %s', async (_, token) => {
    await expect(exchange(newApplication(), token)).rejects.toMatchObject(refusedWith('invalid_grant'));
  });

  it('is refused with claims that its issuer did not sign, and the trail shows nothing of them', async () => {
    const [header, , signature] = (await issuer.sign(claims({ email: 'mallory@example.com' }))).split('.');
    const body = Buffer.from(JSON.stringify(claims({ email: EMAIL }))).toString('base64url');
    await expect(exchange(newApplication(), [header, body, signature].join('.'))).rejects.toMatchObject(
      refusedWith('invalid_grant'),
    );
    expect(lastEvent()?.reason).toBe('the signature is not its issuer’s');
    expect(JSON.stringify(lastEvent())).not.toContain(EMAIL);
  });

  it('is refused of a key that is not published', async () => {
    const token = await issuer.sign(claims({ email: EMAIL }), 'RS256', { kid: 'gone' });
    await expect(exchange(newApplication(), token)).rejects.toMatchObject(refusedWith('invalid_grant'));
  });

  it.each([
    ['a discovery document of another issuer', DISCOVERY, '{"issuer":"https://elsewhere.example"}'],
    ['a JWK set that is none', KEYS, '{}'],
  ])('is refused where its issuer has %s', async (_, path, body) => {
    issuer.answers.set(path, { status: 200, body });
    await expect(
      exchange(newApplication(), await issuer.sign(claims({ email: EMAIL }))),
    ).rejects.toMatchObject(refusedWith('invalid_grant'));
  });

  it('stands in no answer and no event', async () => {
    const token = await issuer.sign(claims({ email: 'nobody@example.com' }));
    const refusal = await exchange(newApplication(), token).catch((error: Error) => error);
    const told = JSON.stringify([refusal, String(refusal), served.account.trail.events]);
    for (const part of token.split('.')) expect(told).not.toContain(part);
    expect(told).not.toContain('nobody@example.com');
  });
});

describe('a token', () => {
  it('is exchanged once, whichever application asks', async () => {
    ada();
    const token = await issuer.sign(claims({ email: EMAIL, exp: Math.floor(clock / 1_000) + 3 * 86_400 }));
    await exchange(newApplication(), token);
    for (const application of [newApplication(), newApplication()]) {
      await expect(exchange(application, token)).rejects.toMatchObject(refusedWith('invalid_grant'));
      expect(lastEvent()?.reason).toBe('it was exchanged before');
    }
  });

  it('is exchanged once of ten requests at the same time', async () => {
    ada();
    const application = newApplication();
    const token = await issuer.sign(claims({ email: EMAIL }));
    const all = await Promise.allSettled(Array.from({ length: 10 }, () => exchange(application, token)));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('is told apart from others by its jti alone, for 24 hours', async () => {
    ada();
    const application = newApplication();
    const sign = () =>
      issuer.sign(claims({ email: EMAIL, jti: 'the same', exp: Math.floor(clock / 1_000) + 60 }));
    await exchange(application, await sign());
    advance(24 * 3_600_000 - 1);
    await expect(exchange(application, await sign())).rejects.toMatchObject(refusedWith('invalid_grant'));
    advance(1);
    await exchange(application, await sign());
  });

  it('that was refused may still be exchanged', async () => {
    const application = newApplication();
    const email = 'late@example.com';
    const token = await issuer.sign(claims({ email }));
    await expect(exchange(application, token)).rejects.toMatchObject(refusedWith('invalid_grant'));
    const { userId } = newUser(email);
    await exchange(application, token);
    expect(lastEvent()?.parameters?.['UserId']).toBe(userId);
  });
});

describe('the user of a token', () => {
  const told = async (claimPath: string, attributePath: string, more: Record<string, unknown>) => {
    const mapped = trustIssuer(claimPath, attributePath);
    try {
      await exchange(newApplication([mapped.arn]), await issuer.sign(claims(more)));
      return lastEvent()?.parameters?.['UserId'];
    } finally {
      instance.issuers.delete(mapped.arn);
    }
  };

  it.each<[string, string, Record<string, unknown>, string, Record<string, unknown>]>([
    ['sub', 'userName', { UserName: 'ada-1' }, 'ada-1', { sub: 'ada-1' }],
    ['preferred_username', 'userName', { UserName: 'ada-2' }, 'ada-2', { preferred_username: 'ada-2' }],
    ['person.email', 'emails.value', {}, 'ada-3@example.com', { person: { email: 'ada-3@example.com' } }],
    ['person.email', 'emails.value', {}, 'ada-4@example.com', { 'person.email': 'ada-4@example.com' }],
    ['name', 'displayName', {}, 'ada-5@example.com', { name: 'ada-5@example.com' }],
    [
      'family',
      'name.familyName',
      { Name: { GivenName: 'A', FamilyName: 'King' } },
      'ada-6',
      { family: 'King' },
    ],
  ])('is told by the claim %s as %s', async (claimPath, attributePath, attributes, email, more) => {
    const { userId } = newUser(email, attributes);
    expect(await told(claimPath, attributePath, more)).toBe(userId);
  });

  it('is gone with the user', async () => {
    const user = newUser('leaver@example.com');
    instance.store.deleteUser(user.userId);
    const token = await issuer.sign(claims({ email: 'leaver@example.com' }));
    await expect(exchange(newApplication(), token)).rejects.toMatchObject(refusedWith('invalid_grant'));
  });
});

describe('an issuer', () => {
  it('that the application’s grant does not name is not trusted, though the instance does', async () => {
    ada();
    const stranger = trustIssuer('email', 'emails.value', 'https://elsewhere.example');
    const token = await issuer.sign(claims({ email: EMAIL }));
    await expect(exchange(newApplication([stranger.arn]), token)).rejects.toMatchObject(
      refusedWith('invalid_grant'),
    );
    instance.issuers.delete(stranger.arn);
  });

  it('that is deleted is trusted no more', async () => {
    const mapped = trustIssuer('email', 'emails.value');
    const application = newApplication([mapped.arn]);
    instance.issuers.delete(mapped.arn);
    await expect(exchange(application, await issuer.sign(claims({ email: EMAIL })))).rejects.toMatchObject(
      refusedWith('invalid_grant'),
    );
  });

  it('is asked for nothing before the token names it and its audience', async () => {
    const before = issuer.asked.length;
    for (const more of [{ iss: 'https://elsewhere.example' }, { aud: 'elsewhere' }]) {
      await exchange(newApplication(), await issuer.sign(claims(more))).catch(() => {});
    }
    expect(issuer.asked.length).toBe(before);
    expect(trusted.issuerUrl).toBe(issuer.url);
  });

  it('is asked on loopback alone: another one is refused by name', async () => {
    const iss = 'https://idp.example.com';
    const mapped = trustIssuer('email', 'emails.value', iss);
    await expect(
      exchange(newApplication([mapped.arn]), await issuer.sign(claims({ iss, email: EMAIL }))),
    ).rejects.toMatchObject({
      message: `The sandbox fetches keys from loopback only, not from ${iss}/.well-known/openid-configuration.`,
      $metadata: expect.objectContaining({ httpStatusCode: 501 }),
    });
    instance.issuers.delete(mapped.arn);
  });
});
