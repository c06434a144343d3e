// Canaries: no token, identity context, secret or session token leaves the function but in the answer that it is for.
import { beforeEach, describe, expect, it } from 'vitest';
import type { AwsAnswer } from '../../../service/aws-call.ts';
import { dataAnswer, failed } from '../../support/access-grants.ts';
import { identityBody, useDataAccessBroker } from '../../support/data-access-broker.ts';
import { eventOf } from '../../support/events.ts';
import { granted, refused } from '../../support/identity-center.ts';
import { refusing } from '../../support/sts.ts';

const broker = useDataAccessBroker();
let token: string;
beforeEach(async () => {
  await broker.register(identityBody);
  token = await broker.userToken('1', { email: 'canary-claim@example.com' });
  broker.sts.serviceRole = broker.sts.accessRole = (input) => {
    const session = broker.sts.session(input);
    const secrets = { SecretAccessKey: 'canary-secret', SessionToken: 'canary-session-token' };
    return { ...session, Credentials: { ...session.Credentials, ...secrets } };
  };
  broker.identityCenter.answer = () => granted();
  broker.accessGrants.answer = () =>
    dataAnswer({ MatchedGrantTarget: 's3://bucket/*', GranteeType: 'DIRECTORY_USER' });
});

const events = () => [
  eventOf('GET /credentials', { query: { jwt: token } }),
  eventOf('GET /credentials', { query: { jwt: token, target: 's3://bucket/a*', permission: 'READ' } }),
  eventOf('POST /credentials', { body: { JWT: token, Target: 's3://bucket/a*', Permission: 'READ' } }),
  eventOf('POST /credentials', { body: { JWT: token, Target: token, Permission: 'READ' } }),
  eventOf('GET /grants', { query: { jwt: token } }),
  eventOf('POST /grants', { body: { JWT: token, NextToken: token } }),
  eventOf('POST /grants', { body: { JWT: token, [token]: token } }),
];

/** What must be found nowhere: canaries, in plain and encoded, and each part of the token. */
function secrets(): string[] {
  return [
    'canary',
    Buffer.from('canary-context').toString('base64'),
    ...token.split('.').filter((part) => part.length > 40),
  ];
}

async function expectNowhere(texts: readonly string[]): Promise<void> {
  const items = [...(await broker.table.items()), ...(await broker.exchanges.items())];
  const stored = items.map((item) =>
    JSON.stringify(item, (_, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
    ),
  );
  for (const text of [broker.output.text(), ...stored, ...texts]) {
    for (const secret of secrets()) expect(text).not.toContain(secret);
  }
}

it('what is issued is in its answer, and nowhere else', async () => {
  const answers = [];
  for (const event of events()) answers.push(await broker.ask(event));
  const [session, data] = answers;
  expect(session?.body).toMatchObject({
    SecretAccessKey: 'canary-secret',
    SessionToken: 'canary-session-token',
  });
  expect(data?.body).toMatchObject({
    SecretAccessKey: 'canary-data-secret',
    SessionToken: 'canary-data-session-token',
  });
  expect(await broker.exchanges.items()).toHaveLength(1);
  expect(answers.some(({ text }) => text.includes('canary-context') || text.includes('canary-service'))).toBe(
    false,
  );
  await expectNowhere(answers.filter(({ statusCode }) => statusCode !== 200).map(({ text }) => text));
});

describe('where something goes wrong', () => {
  const answers = async () => {
    const texts: string[] = [];
    for (const event of events()) {
      const { statusCode, text } = await broker.ask(event);
      if (statusCode !== 200) texts.push(text);
    }
    expect(texts.length).toBeGreaterThan(0);
    return texts;
  };

  it.each<[string, AwsAnswer | Error]>([
    ['fails', new Error('canary\n    at canary')],
    ['answers what is no JSON', { statusCode: 200, body: 'canary' }],
    ['answers no context', granted({ awsAdditionalDetails: { other: 'canary' } })],
    ['refuses the token', refused('invalid_grant', 'canary was used before')],
    ['refuses the exchange', refused('access_denied', 'canary')],
    ['refuses for what is no code', refused('canary canary')],
  ])('IAM Identity Center %s, and nothing is shown', async (_, answer) => {
    broker.identityCenter.answer = () => {
      if (answer instanceof Error) throw answer;
      return answer;
    };
    await expectNowhere(await answers());
  });

  it.each<[string, AwsAnswer | Error]>([
    ['fails', new Error('canary\n    at canary')],
    ['answers what is no XML', { statusCode: 200, body: 'canary' }],
    ['answers by halves', dataAnswer({ Expiration: undefined })],
    ['answers for another place', dataAnswer({ MatchedGrantTarget: 's3://canary/*' })],
    ['answers by a grant of the role', dataAnswer({ MatchedGrantTarget: 's3://bucket/*' })],
    ['is not what it was asked', failed(403, 'InvalidAccessKeyId', 'no such key')],
  ])('S3 %s, and nothing is shown', async (_, answer) => {
    broker.accessGrants.answer = () => {
      if (answer instanceof Error) throw answer;
      return answer;
    };
    await expectNowhere(await answers());
  });

  it.each(['InvalidContextAssertion', 'AccessDenied', 'Throttling'])(
    'STS answers %s, and nothing is shown',
    async (name) => {
      broker.sts.accessRole = refusing(name, 'sts:SetContext');
      await expectNowhere(await answers());
    },
  );

  it('the table of exchanges fails, and nothing is shown', async () => {
    broker.exchanges.down = true;
    await expectNowhere(await answers());
  });
});

it('STS that refuses the context is told as such', async () => {
  broker.sts.accessRole = refusing('InvalidContextAssertion');
  const { body } = await broker.ask(eventOf('POST /credentials', { body: { JWT: token } }));
  expect(body).toMatchObject({
    code: 'IdentityContextRefused',
    message:
      'STS refuses the identity context of the user: it is over, or IAM Identity Center knows the user no longer',
  });
});

it('a trust policy that does not let the context in is told as such', async () => {
  broker.sts.accessRole = refusing('AccessDenied', 'not authorized to perform: sts:SetContext');
  const { body } = await broker.ask(eventOf('POST /credentials', { body: { JWT: token } }));
  expect(body).toMatchObject({
    code: 'AccessRoleNotAssumable',
    message:
      'the access role arn:aws:iam::111122223333:role/AppAccess cannot be assumed for a user of IAM Identity Center: its trust ' +
      'policy must allow sts:SetContext to the principal arn:aws:iam::111122223333:role/IAMSessionBroker, beside sts:AssumeRole',
  });
});
