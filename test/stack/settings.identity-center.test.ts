// The settings of IAM Identity Center: what is taken, what is filled in, and how the rest is reported.
import { describe, expect, it } from 'vitest';
import { directoryId, identityCenterWith, instanceArn } from '../support/data-access-settings.ts';
import { settingsOf } from './synthesis.ts';

const settingsWith = (over: Record<string, unknown> = {}, settings: object = {}, environment = 'sandbox') =>
  settingsOf({ [environment]: { ...settings, identityCenter: identityCenterWith(over) } })[0]?.identityCenter;
const expectProblem = (over: Record<string, unknown>, message: string, settings: object = {}) =>
  expect(() => settingsWith(over, settings)).toThrow(`\nenvironments.sandbox.identityCenter${message}`);
const user = (email: string) => ({ email, givenName: 'A', familyName: 'B' });

describe('IAM Identity Center', () => {
  it('is absent unless it is set', () => {
    expect(settingsOf({ sandbox: {} })[0]).not.toHaveProperty('identityCenter');
  });

  it('is where the environment is, and tells users by their e-mail address', () => {
    const place = { account: '111122223333', region: 'eu-west-1' };
    expect(
      settingsWith({ users: undefined, groups: undefined, assignments: undefined, everyone: true }, place),
    ).toEqual({
      ...place,
      instanceArn,
      identityStoreId: 'd-0123456789',
      issuer: { url: 'https://login.example.com', claim: 'email', attribute: 'emails.value' },
      audiences: ['shop'],
      actorRoles: [],
      users: {},
      groups: {},
      assignments: { users: [], groups: [] },
      everyone: true,
    });
  });

  it('may be elsewhere', () => {
    expect(
      settingsWith({ account: '444455556666', region: 'us-east-1' }, { account: '111122223333' }),
    ).toMatchObject({
      account: '444455556666',
      region: 'us-east-1',
    });
  });

  it.each<[Record<string, unknown>, string]>([
    [{ audience: 'shop' }, ' has no audience; did you mean audiences?'],
    [{ issuer: { url: 'https://a.example', claims: 'sub' } }, '.issuer has no claims; did you mean claim?'],
    [{ assignments: { group: [] } }, '.assignments has no group; did you mean groups?'],
    [{ users: { ada: { ...user('a@example.com'), name: 'Ada' } } }, '.users.ada has no name'],
    [{ issuer: undefined }, '.issuer: must have url'],
    [{ audiences: [] }, '.audiences is []: must name an audience at least'],
    [{ audiences: Array(11).fill('a') }, '.audiences is ["a",'],
    [{ instanceArn: undefined }, ' is {'],
    [{ identityStoreId: 'd-1' }, '.identityStoreId is "d-1": must be the id of an identity store'],
    [
      { actorRoles: ['arn:aws:iam::111122223333:role/*'] },
      '.actorRoles.0 is "arn:aws:iam::111122223333:role/*": must be the ARN of a role',
    ],
    [{ users: { ada: { email: 'ada' } } }, '.users.ada.email is "ada": must be an e-mail address'],
    [{ users: { 'a b': user('a@example.com') } }, '.users.a b'],
    [{ region: 'eu-west-9' }, '.region is "eu-west-9": must be a region that the CDK knows'],
  ])('must not have %j', (over, message) => expectProblem(over, message));

  it('says of a name that cannot be a user’s what it must be', () => {
    const problem = /users\.a b is .*: must be users by name, of 1–128 characters without spaces/;
    expect(() => settingsWith({ users: { 'a b': user('a@example.com') } })).toThrow(problem);
  });

  it('says that an instance has two names', () => {
    expect(() => settingsWith({ identityStoreId: undefined })).toThrow(
      'must have instanceArn and identityStoreId both, or neither',
    );
  });
});

describe('the issuer', () => {
  it.each([
    'https://login.example.com',
    'https://login.example.com/v2.0/',
    'http://127.0.0.1:4570/oidc',
    'http://localhost:80',
  ])('may be %s in the sandbox', (url) => {
    expect(settingsWith({ issuer: { url } })?.issuer.url).toBe(url);
  });

  it.each([
    'http://login.example.com',
    'https://login.example.com/?a=1',
    'https://login.example.com/#a',
    'login.example.com',
    '',
  ])('must not be "%s"', (url) =>
    expectProblem({ issuer: { url } }, `.issuer.url is ${JSON.stringify(url)}: must be the https URL`),
  );

  it('has no user name, which no message repeats', () => {
    const issuer = { url: 'https://ada:canary@login.example.com' };
    expectProblem({ issuer }, '.issuer.url is "https://…@login.example.com": must be the https URL');
  });

  it('is on the machine itself in the sandbox alone', () => {
    const issuer = { url: 'http://127.0.0.1:4570/oidc' };
    expect(() => settingsWith({ issuer }, {}, 'gamma')).toThrow(
      'environments.gamma.identityCenter.issuer.url is "http://127.0.0.1:4570/oidc": must be https',
    );
  });

  it.each(['email', 'sub', 'preferred_username', 'a.b.c'])('may tell the user by %s', (claim) => {
    expect(settingsWith({ issuer: { url: 'https://a.example', claim } })?.issuer.claim).toBe(claim);
  });

  it.each(['custom:tenant_id', 'a.b.c.d', '', 'https://a.example/claim', 'a-b'])(
    'cannot tell the user by "%s"',
    (claim) => expectProblem({ issuer: { url: 'https://a.example', claim } }, '.issuer.claim is'),
  );
});

describe('together', () => {
  it('the service role is the default where its account is known', () => {
    expectProblem(
      { account: '444455556666' },
      '.actorRoles is []: must be given where the environment has no account',
    );
    expect(() => settingsWith({ account: '444455556666' }, { account: '111122223333' })).not.toThrow();
    const actorRoles = ['arn:aws:iam::111122223333:role/IAMSessionBroker'];
    expect(() => settingsWith({ account: '444455556666', actorRoles })).not.toThrow();
  });

  it('no two users have one address, by which nobody could be told', () => {
    const users = { ada: user('ada@example.com'), eve: user('ADA@example.com') };
    expectProblem({ users }, '.users.eve.email is "ADA@example.com": must not be that of users.ada too');
  });

  it('members and assignments are of the settings, and each once', () => {
    expectProblem(
      { groups: { Sales: ['adda'] } },
      '.groups.Sales.0 is "adda": must be one of users; did you mean ada?',
    );
    expectProblem({ groups: { Sales: ['ada', 'ada'] } }, '.groups.Sales.1 is "ada": must not be named twice');
    expectProblem({ groups: { Sales: [directoryId] } }, '.groups.Sales.0 is');
    expectProblem(
      { assignments: { groups: ['Sale'] } },
      '.assignments.groups.0 is "Sale": must be one of groups, or an id of the directory; did you mean Sales?',
    );
    expect(() => settingsWith({ assignments: { users: [directoryId] } })).not.toThrow();
  });

  it('somebody has the application: users and groups, or everyone', () => {
    expectProblem(
      { assignments: {} },
      '.assignments is {"users":[],"groups":[]}: must name a user or a group',
    );
    expectProblem({ everyone: true }, '.everyone is true: must not be true where there are assignments');
    expect(() => settingsWith({ assignments: {}, everyone: true })).not.toThrow();
  });

  it('they make no more resources than a stack has', () => {
    const users = Object.fromEntries(
      Array.from({ length: 500 }, (_, at) => [`u${at}`, user(`u${at}@example.com`)]),
    );
    expect(() => settingsWith({ users, groups: {}, assignments: { users: ['u1'] } })).toThrow(
      'make 516 resources, and a stack has at most 500',
    );
  });
});
