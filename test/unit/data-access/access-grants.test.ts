// What S3 Control is asked, how often, and that nothing is taken for an answer that is none.
import { beforeEach, describe, expect, it } from 'vitest';
import type { AwsAnswer } from '../../../service/aws-call.ts';
import { AccessGrants } from '../../../service/data-access/access-grants.ts';
import { dataAnswer, element, FakeAccessGrants, failed, listAnswer } from '../../support/access-grants.ts';
import { frozenClock } from '../../support/clock.ts';
import { errorOf, refusalIn, shownOf } from '../../support/errors-shown.ts';

const session = {
  accessKeyId: 'ASIASESSION1',
  secretAccessKey: 'canary-secret',
  sessionToken: 'canary-session-token',
};
const request = {
  target: 's3://bucket/prefix/*',
  isObject: false,
  permission: 'READ',
  privilege: 'Minimal',
  durationSeconds: 900,
} as const;
const unavailable = {
  code: 'AccessGrantsUnavailable',
  message: 'S3 Access Grants cannot be asked at the moment',
};

let fake: FakeAccessGrants;
beforeEach(() => {
  fake = new FakeAccessGrants(frozenClock().now);
});

const grants = (maxAttempts = 2) =>
  new AccessGrants({
    accountId: '111122223333',
    region: 'eu-west-1',
    endpoint: 'https://111122223333.s3-control.eu-west-1.amazonaws.com',
    send: fake.send,
    maxAttempts,
  });
const ask = () => grants().getDataAccess(session, request);
const list = (query = {}) => grants().listCallerAccessGrants(session, query);
function answering(...answers: (AwsAnswer | Error)[]) {
  fake.answer = () => {
    const answer = answers[Math.min(fake.calls.length, answers.length) - 1] as AwsAnswer | Error;
    if (answer instanceof Error) throw answer;
    return answer;
  };
}

describe('credentials for data', () => {
  it('are asked for by the session, and by nothing that is not said', async () => {
    answering(dataAnswer());
    await ask();
    const [{ url, ...call } = expect.fail('nobody was asked')] = fake.calls;
    expect(call).toEqual({
      signingName: 's3',
      region: 'eu-west-1',
      method: 'GET',
      headers: { 'x-amz-account-id': '111122223333' },
      credentials: session,
    });
    expect(url.origin + url.pathname).toBe(
      'https://111122223333.s3-control.eu-west-1.amazonaws.com/v20180820/accessgrantsinstance/dataaccess',
    );
    expect(Object.fromEntries(url.searchParams)).toEqual({
      target: 's3://bucket/prefix/*',
      permission: 'READ',
      privilege: 'Minimal',
      durationSeconds: '900',
    });
  });

  it('for an object are asked for as such', async () => {
    const target = 's3://bucket/a&permission=READWRITE#?%25+ü💥';
    answering(dataAnswer());
    await grants().getDataAccess(session, { ...request, target, isObject: true });
    expect(fake.asked()).toEqual([
      { target, permission: 'READ', privilege: 'Minimal', durationSeconds: '900', targetType: 'Object' },
    ]);
  });

  it('are read', async () => {
    answering(dataAnswer({ GranteeType: 'DIRECTORY_GROUP', GranteeIdentifier: 'group-1' }));
    expect(await ask()).toEqual({
      accessKeyId: 'ASIADATA1',
      secretAccessKey: 'canary-data-secret',
      sessionToken: 'canary-data-session-token',
      expiresAt: Date.UTC(2030, 3, 1, 13),
      matchedGrantTarget: 's3://bucket/prefix/*',
      grantee: { granteeType: 'DIRECTORY_GROUP', granteeIdentifier: 'group-1' },
    });
  });

  const whole = dataAnswer().body;
  const without = (name: string) => [`without ${name}`, dataAnswer({ [name]: undefined })] as const;
  const empty = (name: string) => [`with an empty ${name}`, dataAnswer({ [name]: '' })] as const;
  const members = ['AccessKeyId', 'SecretAccessKey', 'SessionToken', 'Expiration', 'MatchedGrantTarget'];
  const grantee = ['GranteeType', 'GranteeIdentifier'];
  const bad: (readonly [string, AwsAnswer])[] = [
    ...[...members, ...grantee].map(without),
    ...[...members, ...grantee].map(empty),
    ['with another kind of grantee', dataAnswer({ GranteeType: 'ROLE' })],
    ['with a time that is none', dataAnswer({ Expiration: 'canary' })],
    [
      'with two keys',
      { statusCode: 200, body: whole.replace('<AccessKeyId>', '<AccessKeyId>x</AccessKeyId><AccessKeyId>') },
    ],
    [
      'with a token that has parts',
      { statusCode: 200, body: whole.replace('canary-data-session-token', '<a>canary</a>') },
    ],
    ['with two grantees', { statusCode: 200, body: whole.replace('<Grantee>', '<Grantee/><Grantee>') }],
    [
      'with a text for credentials',
      {
        statusCode: 200,
        body: whole.replace(/<Credentials>.*<\/Credentials>/, '<Credentials>canary</Credentials>'),
      },
    ],
    ['of nothing', { statusCode: 200, body: '' }],
    ['of a word', { statusCode: 200, body: 'canary' }],
    ['of JSON', { statusCode: 200, body: '{"canary":1}' }],
    ['cut short', { statusCode: 200, body: whole.slice(0, -30) }],
    ['of another name', listAnswer('')],
    ['of a page', { statusCode: 200, body: '<html><body>canary<br></body></html>' }],
    ['of an error that is called a success', { ...failed(200, 'AccessDenied') }],
    ['that leads elsewhere', { statusCode: 301, body: '' }],
    ['that is no success', { ...dataAnswer(), statusCode: 204 }],
    ['of an error without a code', { statusCode: 403, body: '<Error/>' }],
    [
      'of an error whose code has parts',
      { statusCode: 403, body: '<Error><Code><a>canary</a></Code></Error>' },
    ],
    ['of an error that is a text', { statusCode: 403, body: '<Error>AccessDenied</Error>' }],
  ];

  it.each(bad)('%s are none', async (_, answer) => {
    answering(answer);
    const error = await errorOf(ask());
    expect(refusalIn(error)).toEqual(unavailable);
    expect(shownOf(error)).not.toContain('canary');
  });
});

describe('a list of grants', () => {
  const grant = (members: Record<string, string>) =>
    `<AccessGrant>${Object.entries(members)
      .map(([name, text]) => element(name, text))
      .join('')}</AccessGrant>`;
  const one = { Permission: 'READ', GrantScope: 's3://bucket/a/*', ApplicationArn: 'ALL' };
  const arn = 'arn:aws:sso::111122223333:application/ssoins-1/apl-1';

  it('is asked for by what is said, and by nothing that is not', async () => {
    answering(listAnswer(''));
    await list();
    await list({ grantScope: 's3://bucket/ü&*', maxResults: 7, nextToken: 'a+/=' });
    expect(fake.asked()).toEqual([{}, { grantscope: 's3://bucket/ü&*', maxResults: '7', nextToken: 'a+/=' }]);
    expect(fake.calls[0]?.url.pathname).toBe('/v20180820/accessgrantsinstance/caller/grants');
  });

  it.each([
    ['nothing', '', { grants: [] }],
    ['an empty list', '<CallerAccessGrantsList/>', { grants: [] }],
    ['an empty token', '<NextToken/>', { grants: [] }],
    [
      'one, and a token',
      `<NextToken>more</NextToken><CallerAccessGrantsList>${grant(one)}</CallerAccessGrantsList>`,
      { grants: [{ grantScope: 's3://bucket/a/*', permission: 'READ' }], nextToken: 'more' },
    ],
    [
      'two',
      `<CallerAccessGrantsList>${grant(one)}${grant({ ...one, Permission: 'READWRITE', ApplicationArn: arn })}</CallerAccessGrantsList>`,
      {
        grants: [
          { grantScope: 's3://bucket/a/*', permission: 'READ' },
          { grantScope: 's3://bucket/a/*', permission: 'READWRITE', applicationArn: arn },
        ],
      },
    ],
  ])('of %s is read', async (_, content, expected) => {
    answering(listAnswer(content));
    expect(await list()).toEqual(expected);
  });

  it.each([
    ['an empty grant', '<CallerAccessGrantsList><AccessGrant/></CallerAccessGrantsList>'],
    [
      'a grant that is a text',
      '<CallerAccessGrantsList><AccessGrant>canary</AccessGrant></CallerAccessGrantsList>',
    ],
    [
      'a grant without scope',
      `<CallerAccessGrantsList>${grant({ Permission: 'READ' })}</CallerAccessGrantsList>`,
    ],
    [
      'another permission',
      `<CallerAccessGrantsList>${grant({ ...one, Permission: 'canary' })}</CallerAccessGrantsList>`,
    ],
    ['a text in its place', '<CallerAccessGrantsList>canary</CallerAccessGrantsList>'],
  ])('with %s is none', async (_, content) => {
    answering(listAnswer(content));
    const error = await errorOf(list());
    expect(refusalIn(error)).toEqual(unavailable);
    expect(shownOf(error)).not.toContain('canary');
  });
});

describe('an attempt', () => {
  it.each([
    ['fails', new Error('canary')],
    ['is answered 500', failed(500, 'InternalError')],
    ['is told to slow down', failed(503, 'SlowDown')],
  ])('that %s is made again, at most as often as it may be', async (_, answer) => {
    answering(answer, dataAnswer());
    expect((await ask()).accessKeyId).toBe('ASIADATA1');

    answering(answer);
    for (const most of [1, 2, 4]) {
      fake.calls.length = 0;
      const error = await errorOf(grants(most).getDataAccess(session, request));
      expect(refusalIn(error)).toEqual(unavailable);
      expect(shownOf(error)).not.toContain('canary');
      expect(fake.calls).toHaveLength(most);
    }
  });

  it.each([
    ['denied', failed(403, 'AccessDenied')],
    ['wrong', failed(400, 'InvalidRequest')],
    ['throttled', failed(429, 'ThrottlingException')],
    ['no XML', { statusCode: 200, body: '' }],
  ])('that is %s is the only one', async (_, answer) => {
    answering(answer, dataAnswer());
    await errorOf(ask());
    expect(fake.calls).toHaveLength(1);
  });
});
