// The token verifier and what a registration pins: issuer, audience and use of a token.
import { beforeAll, describe, expect, it } from 'vitest';
import type { Registration } from '../../../service/registrations/registration.ts';
import { type Overrides, registrationWith } from '../../support/registrations.ts';
import { generateSigningKey, publish, type SigningKey } from '../../support/signing-keys.ts';
import { CLIENT, ISSUER, useTokenVerifier } from '../../support/token-verifier.ts';

let key: SigningKey;
const fixture = useTokenVerifier(() => publish(key));
const { verify, idClaims } = fixture;

beforeAll(async () => {
  key = await generateSigningKey('ES256');
});

/** An access token of a Cognito user pool: no aud, but client_id. */
const accessClaims = () => {
  const { aud, ...claims } = idClaims({ token_use: 'access', scope: 'openid', client_id: CLIENT });
  return claims;
};

describe('what the registration pins', () => {
  const wrongIssuer = (registered: string) =>
    ['TokenIssuerMismatch', `the token’s iss is not the registered Issuer: ${registered}`] as const;
  const wrongAudience = (registered: string) =>
    [
      'TokenAudienceMismatch',
      `neither aud nor client_id of the token is a registered Audience: ${registered}`,
    ] as const;
  const notAnIdToken = ['TokenUseMismatch', 'the token’s token_use must be id'] as const;
  const notAnAccessToken = ['TokenUseMismatch', 'the token’s token_use must be access'] as const;
  const id = () => idClaims();
  const idWith = (claims: Record<string, unknown>) => () => idClaims(claims);

  it.each<
    [string, Overrides<Registration>, () => Record<string, unknown>, readonly [string, string] | 'accepted']
  >([
    ['the issuer', { issuer: ISSUER }, id, 'accepted'],
    ['another issuer', { issuer: `${ISSUER}/` }, id, wrongIssuer(`${ISSUER}/`)],
    [
      'an issuer, and the token has none',
      { issuer: ISSUER },
      idWith({ iss: undefined }),
      wrongIssuer(ISSUER),
    ],
    ['the audience', { audience: [CLIENT] }, id, 'accepted'],
    ['several audiences, one of them the token’s', { audience: ['other', CLIENT] }, id, 'accepted'],
    [
      'an audience, one of the token’s several',
      { audience: [CLIENT] },
      idWith({ aud: ['x', CLIENT] }),
      'accepted',
    ],
    ['another audience', { audience: ['other'] }, id, wrongAudience('other')],
    [
      'an audience, and the token has none',
      { audience: [CLIENT] },
      idWith({ aud: undefined }),
      wrongAudience(CLIENT),
    ],
    [
      'an audience, and the token’s list is empty',
      { audience: [CLIENT] },
      idWith({ aud: [] }),
      wrongAudience(CLIENT),
    ],
    ['an audience, and the token’s is a number', { audience: ['7'] }, idWith({ aud: 7 }), wrongAudience('7')],
    ['the client of an access token', { audience: [CLIENT] }, accessClaims, 'accepted'],
    ['another client than the access token’s', { audience: ['other'] }, accessClaims, wrongAudience('other')],
    [
      'the client of a token made for another audience',
      { audience: [CLIENT] },
      idWith({ aud: 'other', client_id: CLIENT }),
      wrongAudience(CLIENT),
    ],
    ['ID tokens', { tokenUse: 'id' }, id, 'accepted'],
    ['ID tokens, and it is an access token', { tokenUse: 'id' }, accessClaims, notAnIdToken],
    ['access tokens', { tokenUse: 'access' }, accessClaims, 'accepted'],
    ['access tokens, and it is an ID token', { tokenUse: 'access' }, id, notAnAccessToken],
    ['a use, and the token has none', { tokenUse: 'id' }, idWith({ token_use: undefined }), notAnIdToken],
    ['everything', { issuer: ISSUER, audience: [CLIENT], tokenUse: 'id' }, id, 'accepted'],
  ])('is %s', async (_, pinned, claims, outcome) => {
    const verified = verify(await key.sign(claims()), registrationWith(pinned));
    if (outcome === 'accepted') await expect(verified).resolves.toBeDefined();
    else
      await expect(verified).rejects.toMatchObject({
        code: outcome[0],
        statusCode: 403,
        message: outcome[1],
      });
  });
});
