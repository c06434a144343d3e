// Web identity tokens: which are taken, and with which words any other is refused.
import { describe, expect, it, vi } from 'vitest';
import { clock, served } from './fixtures/sts-account.ts';
import { DISCOVERY, KEYS, startTokenIssuer } from './fixtures/token-issuer.ts';
import {
  AUDIENCE,
  claims,
  exchange,
  issuer,
  lastEvent,
  TAGS,
  trustingRole,
  useWebIdentityAccount,
} from './fixtures/web-identity-account.ts';
import cases from './fixtures/web-identity-tokens.json' with { type: 'json' };

const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'];
useWebIdentityAccount([...ALGORITHMS, 'PS256', 'EdDSA']);

interface TokenCase {
  readonly name: string;
  readonly claims?: Record<string, unknown>;
  readonly without?: string;
  /** Claims by their distance from now. */
  readonly seconds?: Record<string, number>;
  readonly subjectLength?: number;
  readonly tagLength?: number;
  readonly outcome: string;
  readonly message?: string;
  readonly reason?: string;
}

function claimsOf({ claims: more, without, seconds = {}, subjectLength, tagLength }: TokenCase) {
  const now = Math.floor(clock / 1_000);
  const all = claims({
    ...more,
    ...Object.fromEntries(Object.entries(seconds).map(([name, ahead]) => [name, now + ahead])),
    ...(subjectLength !== undefined && { sub: 's'.repeat(subjectLength) }),
    ...(tagLength !== undefined && { [`${TAGS}/principal_tags/User`]: 't'.repeat(tagLength) }),
  });
  if (without !== undefined) delete all[without];
  return all;
}

const notKnown =
  "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements";
const notJwt =
  'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)';

describe('a web identity token', () => {
  it.each(cases as TokenCase[])('with $name: $outcome', async (given) => {
    const exchanged = exchange(await issuer.sign(claimsOf(given)));
    if (given.outcome === 'accepted') {
      expect((await exchanged).Credentials?.AccessKeyId).toMatch(/^ASIA/);
      return;
    }
    await expect(exchanged).rejects.toMatchObject({
      // The SDK names its exceptions after the model, not after the code.
      message: expect.stringMatching(new RegExp(given.message ?? 'could not be validated by AWS')),
      $metadata: expect.objectContaining({ httpStatusCode: 400 }),
    });
    expect(lastEvent()?.errorCode).toBe(given.outcome);
    if (given.reason !== undefined) expect(lastEvent()?.reason).toMatch(new RegExp(given.reason));
  });

  it.each(ALGORITHMS)('may be signed by %s', async (algorithm) => {
    expect(await exchange(await issuer.sign(claims(), algorithm))).toMatchObject({ Audience: AUDIENCE });
  });

  it.each(['PS256', 'EdDSA'])('may not be signed by %s, though the key is published', async (algorithm) => {
    await expect(exchange(await issuer.sign(claims(), algorithm))).rejects.toMatchObject({ message: notJwt });
  });

  it.each([
    ['a text', 'not-a-token'],
    ['an unsigned token', 'eyJhbGciOiJub25lIn0.e30.'],
    ['claims that are no object', 'eyJhbGciOiJSUzI1NiJ9.W10.AAAA'],
  ])('is no %s', async (_, token) => {
    await expect(exchange(token)).rejects.toMatchObject({ message: notJwt });
  });

  it('is refused with another signature, and the trail shows nothing that it claims', async () => {
    const [header, , signature] = (await issuer.sign(claims())).split('.');
    const body = Buffer.from(JSON.stringify(claims({ sub: 'console:mallory' }))).toString('base64url');
    await expect(exchange([header, body, signature].join('.'))).rejects.toMatchObject({
      name: 'InvalidIdentityTokenException',
    });
    expect(lastEvent()?.reason).toBe('the signature is not its issuer’s');
    expect(JSON.stringify(lastEvent())).not.toContain('mallory');
  });

  it('is refused of a key that is not published', async () => {
    await expect(exchange(await issuer.sign(claims(), 'RS256', { kid: 'gone' }))).rejects.toMatchObject({
      message: notKnown,
    });
  });

  it('may be exchanged again until it ends', async () => {
    const token = await issuer.sign(claims());
    await exchange(token);
    expect((await exchange(token)).Credentials?.AccessKeyId).toMatch(/^ASIA/);
  });

  it('is refused of an issuer that the account does not know, in whatever spelling', async () => {
    for (const iss of ['https://elsewhere.example', issuer.url.slice(0, -1), issuer.url.toUpperCase()]) {
      await expect(exchange(await issuer.sign(claims({ iss })))).rejects.toMatchObject({
        name: 'InvalidIdentityTokenException',
        message: `No OpenIDConnect provider found in your account for ${iss}`,
      });
    }
  });

  it('stands in no answer and no event', async () => {
    const token = await issuer.sign(claims({ aud: 'elsewhere' }));
    const refusal = await exchange(token).catch((error: Error) => error);
    const told = JSON.stringify([refusal, String(refusal), served.account.trail.events]);
    for (const part of token.split('.')) expect(told).not.toContain(part);
  });
});

describe('the provider of a token', () => {
  it.each<[string, string, string]>([
    ['a discovery document that names no keys', DISCOVERY, 'own'],
    ['a discovery document that is no JSON', DISCOVERY, '<html>'],
    ['a JWK set that is a list', KEYS, '[]'],
    ['a JWK set without keys', KEYS, '{}'],
    ['an empty JWK set', KEYS, '{"keys":[]}'],
  ])('is refused with %s', async (_, path, body) => {
    const text = body === 'own' ? JSON.stringify({ issuer: issuer.url }) : body;
    issuer.answers.set(path, { status: 200, body: text });
    await expect(exchange(await issuer.sign(claims()))).rejects.toMatchObject({
      name: 'InvalidIdentityTokenException',
      message: notKnown,
    });
  });

  it('is refused with a discovery document of another issuer, though it names the right keys', async () => {
    const document = { issuer: issuer.url.slice(0, -1), jwks_uri: `${issuer.url}${KEYS.slice(1)}` };
    issuer.answers.set(DISCOVERY, { status: 200, body: JSON.stringify(document) });
    await expect(exchange(await issuer.sign(claims()))).rejects.toMatchObject({ message: notKnown });
    expect(lastEvent()?.reason).toMatch(/is of another issuer$/);
  });

  it.each([DISCOVERY, KEYS])(
    'is refused where %s is not 200, and is not followed elsewhere',
    async (path) => {
      for (const status of [302, 404, 500]) {
        issuer.answers.set(path, { status, body: '{}' });
        await expect(exchange(await issuer.sign(claims()))).rejects.toMatchObject({ message: notKnown });
        expect(lastEvent()?.reason).toMatch(new RegExp(`answered ${status}$`));
      }
    },
  );

  it('is told apart where it cannot be reached', async () => {
    const gone = await startTokenIssuer();
    served.account.identities.oidcProviders.create({ url: gone.url, clientIds: [AUDIENCE] });
    const token = await gone.sign(claims({ iss: gone.url }));
    await gone.close();
    await expect(exchange(token)).rejects.toMatchObject({
      name: 'IDPCommunicationErrorException',
      $metadata: expect.objectContaining({ httpStatusCode: 400 }),
    });
    expect(lastEvent()).toMatchObject({ errorCode: 'IDPCommunicationError' });
  });

  it('has five seconds for each of the two documents', async () => {
    const expired = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(AbortSignal.abort(new Error('late')));
    try {
      await expect(exchange(await issuer.sign(claims()))).rejects.toMatchObject({
        name: 'IDPCommunicationErrorException',
      });
      expect(expired).toHaveBeenCalledWith(5_000);
    } finally {
      expired.mockRestore();
    }
  });

  it('is asked on loopback alone: another one is refused by name', async () => {
    const iss = 'https://idp.example.com';
    const { identities } = served.account;
    const { arn } = identities.oidcProviders.create({ url: iss, clientIds: [AUDIENCE] });
    await expect(exchange(await issuer.sign(claims({ iss })))).rejects.toMatchObject({
      message: `The sandbox fetches keys from loopback only, not from ${iss}/.well-known/openid-configuration.`,
      $metadata: expect.objectContaining({ httpStatusCode: 501 }),
    });
    identities.oidcProviders.delete(arn);
    issuer.answers.set(DISCOVERY, {
      status: 200,
      body: JSON.stringify({ issuer: issuer.url, jwks_uri: `${iss}/keys` }),
    });
    await expect(exchange(await issuer.sign(claims()))).rejects.toMatchObject({
      message: `The sandbox fetches keys from loopback only, not from ${iss}/keys.`,
    });
  });

  it('is asked only for a token of the account’s own provider', async () => {
    const before = issuer.asked.length;
    await exchange('not-a-token').catch(() => {});
    await exchange(await issuer.sign(claims({ iss: 'https://elsewhere.example' }))).catch(() => {});
    expect(issuer.asked.length).toBe(before);
    await exchange(await issuer.sign(claims()), { RoleArn: trustingRole().arn });
    expect(issuer.asked.slice(before)).toEqual([DISCOVERY, KEYS]);
  });
});
