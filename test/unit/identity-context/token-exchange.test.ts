// The exchange of a token: what is asked, what every answer means, and that nothing of any is shown.
import { beforeEach, describe, expect, it } from 'vitest';
import type { AwsAnswer } from '../../../service/aws-call.ts';
import { BrokerError } from '../../../service/errors.ts';
import { TokenExchange } from '../../../service/identity-context/token-exchange.ts';
import { type FrozenClock, frozenClock } from '../../support/clock.ts';
import { errorOf, refusalIn, shownOf } from '../../support/errors-shown.ts';
import {
  APPLICATION_ARN,
  answered,
  FakeIdentityCenter,
  granted,
  idTokenOf,
  refused,
  SERVICE_SESSION,
} from '../../support/identity-center.ts';

const TOKEN = 'canary-header.canary-claims.canary-signature';

let clock: FrozenClock;
let center: FakeIdentityCenter;
let credentials: () => Promise<typeof SERVICE_SESSION>;
beforeEach(() => {
  clock = frozenClock();
  center = new FakeIdentityCenter();
  credentials = async () => SERVICE_SESSION;
});

const exchange = () =>
  new TokenExchange({
    region: 'eu-west-1',
    endpoint: 'https://oidc.eu-west-1.amazonaws.com',
    send: center.send,
    credentials: () => credentials(),
    now: clock.now,
  }).exchange(TOKEN, APPLICATION_ARN);

function answering(answer: AwsAnswer | Error) {
  center.answer = () => {
    if (answer instanceof Error) throw answer;
    return answer;
  };
}

const unavailable = {
  code: 'IdentityCenterUnavailable',
  message: 'IAM Identity Center cannot be asked at the moment',
};
const exchanged = {
  code: 'TokenAlreadyExchanged',
  message:
    'IAM Identity Center takes a token once, and this one has been exchanged before: send one that is new',
};
const noUser = {
  code: 'UserNotInDirectory',
  message: 'the directory of IAM Identity Center has no user whom the token is of',
};
const refusedWith = (message: string) => ({
  code: 'IdentityContextRefused',
  message: `IAM Identity Center refuses ${message}`,
});
const badGrant = refusedWith(
  'the token (invalid_grant): its issuer and audience must be those of the application’s grant, its user must be in the ' +
    'directory, and it must not have been exchanged by anybody else',
);

describe('an exchange', () => {
  it('is asked for by the service role, for the application, with the token', async () => {
    answering(granted());
    await exchange();
    const [{ url, body, ...call } = expect.fail('nobody was asked')] = center.calls;
    expect(call).toEqual({
      signingName: 'sso-oauth',
      region: 'eu-west-1',
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      credentials: SERVICE_SESSION,
    });
    expect(String(url)).toBe('https://oidc.eu-west-1.amazonaws.com/token?aws_iam=t');
    expect(JSON.parse(body as string)).toEqual({
      clientId: APPLICATION_ARN,
      grantType: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: TOKEN,
    });
  });

  it('gives the context, whose it is, and until when, by the time at which it was asked for', async () => {
    const start = clock.now();
    center.answer = () => {
      clock.advance(5_000);
      return granted();
    };
    expect(await exchange()).toEqual({
      assertion: 'canary-context',
      directoryUser: 'user-id-1',
      expiresAt: start + 3_600_000,
    });
  });

  it.each([
    ['no id token', undefined],
    ['one that is no text', 7],
    ['one without claims', 'canary'],
    ['one of other claims', idTokenOf({ name: 'canary' })],
    ['a user that is no text', idTokenOf({ sub: 7 })],
    ['a user that could be anything', idTokenOf({ sub: 'a\nb' })],
    ['claims that are null', `x.${Buffer.from('null').toString('base64url')}.x`],
  ])('knows no user by %s', async (_, idToken) => {
    answering(granted({ idToken }));
    expect((await exchange()).directoryUser).toBeUndefined();
  });
});

const refusals: [string, AwsAnswer | Error, { code: string; message: string }][] = [
  ['nothing', new Error(`the connection failed: ${TOKEN}`), unavailable],
  ['no JSON', answered(200, `canary ${TOKEN}`), unavailable],
  ['an empty body', answered(200, ''), unavailable],
  ['a page', answered(403, '<html>canary</html>'), unavailable],
  ['null', answered(200, 'null'), unavailable],
  ['a text', answered(200, '"canary"'), unavailable],
  ['a list', answered(200, ['canary']), unavailable],
  ['no details', granted({ awsAdditionalDetails: undefined }), unavailable],
  ['details that are null', granted({ awsAdditionalDetails: null }), unavailable],
  ['details without a context', granted({ awsAdditionalDetails: {} }), unavailable],
  ['a context that is no text', granted({ awsAdditionalDetails: { identityContext: 7 } }), unavailable],
  ['an empty context', granted({ awsAdditionalDetails: { identityContext: '' } }), unavailable],
  ['no lifetime', granted({ expiresIn: undefined }), unavailable],
  ['a lifetime that is a text', granted({ expiresIn: '3600' }), unavailable],
  ['a lifetime without end', answered(200, granted().body.replace('3600', '1e999')), unavailable],
  ['a lifetime that is over', granted({ expiresIn: -1 }), unavailable],
  ['a success of another kind', { ...granted(), statusCode: 202 }, unavailable],
  ['500', refused('server_error', 'canary', 500), unavailable],
  ['429', refused('slow_down', 'canary', 429), unavailable],
  ['slow_down', refused('slow_down'), unavailable],
  ['temporarily_unavailable', refused('temporarily_unavailable'), unavailable],
  ['403', refused('access_denied', 'canary', 403), unavailable],
  ['a refusal without a code', answered(400, { message: 'canary' }), unavailable],
  ['a code that is no word', refused('canary code'), unavailable],
  ['a code that is no text', answered(400, { error: { canary: 1 } }), unavailable],
  ['a token that was used before', refused('invalid_grant', 'Token was used before'), exchanged],
  ['a token that was replayed', refused('invalid_grant', 'Token replay detected'), exchanged],
  ['a token already exchanged', refused('invalid_grant', 'The jti was already exchanged'), exchanged],
  ['no such user', refused('invalid_grant', 'No user matches canary'), noUser],
  ['invalid_grant, and no more', refused('invalid_grant'), badGrant],
  [
    'invalid_grant, and why is no text',
    answered(400, { error: 'invalid_grant', error_description: 7 }),
    badGrant,
  ],
  ['invalid_grant for its audience', refused('invalid_grant', 'Invalid audience: canary'), badGrant],
  [
    'access_denied',
    refused('access_denied', 'canary'),
    refusedWith(
      'the exchange (access_denied): the application’s actor policy must name the broker’s service role, and the user must be ' +
        'assigned to the application',
    ),
  ],
  [
    'invalid_client',
    refused('invalid_client', 'canary', 401),
    refusedWith('the exchange (invalid_client): check the application’s grant and authentication method'),
  ],
  [
    'another user’s refusal under another code',
    refused('invalid_request', 'user'),
    refusedWith('the exchange (invalid_request): check the application’s grant and authentication method'),
  ],
];

describe('an answer', () => {
  it.each(refusals)('of %s is told for what it means', async (_, answer, expected) => {
    answering(answer);
    expect(refusalIn(await errorOf(exchange()))).toEqual(expected);
  });

  it.each(refusals)('of %s is asked for once, and shows nothing', async (_, answer) => {
    answering(answer);
    const error = await errorOf(exchange());
    expect(center.calls).toHaveLength(1);
    expect(shownOf(error)).not.toMatch(/canary|connection failed/);
  });
});

it('asks nobody where the service role has no session', async () => {
  const failure = new BrokerError('StsUnavailable', 'temporary credentials cannot be issued at the moment');
  credentials = () => Promise.reject(failure);
  await expect(exchange()).rejects.toBe(failure);
  expect(center.calls).toEqual([]);
});
