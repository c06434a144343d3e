// The caller: which identities are an application, as a table of decisions.
import { describe, expect, it } from 'vitest';
import { identifyCaller } from '../../service/caller.ts';
import { callerNamed, deployment, iamOf } from '../support/callers.ts';

const iam = iamOf(callerNamed('App'));
const account = deployment.accountId;
const longName = 'N'.repeat(64);

const noRole = 'the caller must be an IAM role: sign with the credentials of an assumed role';
const foreign = 'the caller must be an IAM role of the account that the broker serves';

describe('an application', () => {
  it.each([
    ['a role’s session', 'App'],
    ['every character that a role’s name may have', 'a_B9+=,.@-'],
    ['the longest name', longName],
    ['the shortest name', 'ab'],
  ])('is %s', (_, name) => {
    const userArn = `arn:aws:sts::${account}:assumed-role/${name}/session`;
    expect(identifyCaller({ ...iam, userArn }, deployment)).toEqual({
      applicationName: name,
      applicationRoleId: 'AROAAPP1XXXXXXXXXXXXX',
    });
  });

  it.each(['aws-cn', 'aws-us-gov'])('may live in the partition %s', (partition) => {
    const userArn = `arn:${partition}:sts::${account}:assumed-role/App/session`;
    expect(identifyCaller({ ...iam, userArn }, { ...deployment, partition })).toMatchObject({
      applicationName: 'App',
    });
  });
});

describe('refused as an application', () => {
  const arn = (userArn: unknown) => ({ ...iam, userArn });
  it.each<[string, unknown, string]>([
    ['no identity at all', undefined, noRole],
    ['null', null, noRole],
    ['a string', 'App', noRole],
    ['an empty identity', {}, noRole],
    ['a JWT authorizer’s identity', { jwt: { claims: {} } }, noRole],
    ['a user named like a role', arn(`arn:aws:iam::${account}:user/App`), noRole],
    [
      'a user whose path imitates a session',
      arn(`arn:aws:iam::${account}:user/assumed-role/App/session`),
      noRole,
    ],
    ['the root user', arn(`arn:aws:iam::${account}:root`), noRole],
    ['a federated user', arn(`arn:aws:sts::${account}:federated-user/App`), noRole],
    ['a role that is no session', arn(`arn:aws:iam::${account}:role/App`), noRole],
    ['a session without its name', arn(`arn:aws:sts::${account}:assumed-role/App`), noRole],
    ['an ARN with a part too many', arn(`arn:aws:sts::${account}:assumed-role/path/App/session`), noRole],
    ['an ARN with a newline at its end', arn(`${iam['userArn']}\n`), noRole],
    ['an ARN that is a list', arn([iam['userArn']]), noRole],
    [
      'a role name that is too long',
      arn(`arn:aws:sts::${account}:assumed-role/${longName}N/session`),
      noRole,
    ],
    ['an unknown user id', { ...iam, userId: undefined }, noRole],
    ['a user’s id', { ...iam, userId: 'AIDAAPPXXXXXXXXXXXXXX' }, noRole],
    ['a user’s id with a session', { ...iam, userId: 'AIDAAPPXXXXXXXXXXXXXX:session' }, noRole],
    ['another account’s role', arn('arn:aws:sts::999900001111:assumed-role/App/session'), foreign],
    ['an identity of another account', { ...iam, accountId: '999900001111' }, foreign],
    ['an identity without account', { ...iam, accountId: undefined }, foreign],
    ['another partition’s role', arn(`arn:aws-cn:sts::${account}:assumed-role/App/session`), foreign],
    [
      'an ARN and an id of different sessions',
      { ...iam, userId: 'AROAAPP1XXXXXXXXXXXXX:other' },
      'the caller’s ARN and unique id do not belong together',
    ],
    [
      'a role whose name is too short for an external id',
      arn(`arn:aws:sts::${account}:assumed-role/A/session`),
      'the caller’s role name must have at least 2 characters: it becomes the ExternalId, whose minimum STS sets',
    ],
  ])('%s', (_, identity, message) => {
    expect(() => identifyCaller(identity, deployment)).toThrow(
      expect.objectContaining({ code: 'CallerNotAllowed', statusCode: 403, message }),
    );
  });
});
