// Property: only assumed roles of the deployment's own account are applications, whatever API Gateway hands over.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identifyCaller } from '../../service/caller.ts';
import { BrokerError } from '../../service/errors.ts';
import { deployment } from '../support/callers.ts';
import { runs } from '../support/runs.ts';

const nameCharacters = [...'ABCabc019_+=,.@-'];
const name = fc.string({ unit: fc.constantFrom(...nameCharacters), minLength: 1, maxLength: 66 });
const odd = fc.oneof(fc.string({ maxLength: 10 }), fc.constantFrom('', '/', ':', '\n', '*'));
const account = fc.oneof(
  { weight: 20, arbitrary: fc.constant(deployment.accountId) },
  fc.constantFrom('999900001111', '11112222333', `${deployment.accountId}1`, ''),
);

/** Mostly right in every part, so that one wrong part at a time is common. */
const usually = <T>(right: T, ...wrong: T[]) =>
  fc.oneof({ weight: 30, arbitrary: fc.constant(right) }, fc.constantFrom(...wrong));

const identity = fc
  .record({
    arn: usually('arn', 'ARN', ''),
    partition: usually('aws', 'aws-cn', 'Aws', ''),
    service: usually('sts', 'iam', ''),
    region: usually('', 'eu-west-1'),
    arnAccount: account,
    kind: usually('assumed-role', 'role', 'user', 'federated-user', 'assumed-role/path'),
    roleName: fc.oneof({ weight: 15, arbitrary: name }, odd),
    session: fc.oneof({ weight: 15, arbitrary: name }, odd),
    tail: usually('', '/', '\n', ':x', '/x'),
    idPrefix: usually('AROA', 'AIDA', 'aroa', ''),
    otherSession: fc.oneof({ weight: 15, arbitrary: fc.constant(undefined) }, name),
    accountId: account,
  })
  .map((parts) => {
    const userArn = `${parts.arn}:${parts.partition}:${parts.service}:${parts.region}:${parts.arnAccount}:${parts.kind}/${parts.roleName}/${parts.session}${parts.tail}`;
    const userId = `${parts.idPrefix}APPXXXXXXXXXXXXXX:${parts.otherSession ?? parts.session}`;
    return { userArn, userId, accountId: parts.accountId };
  });

const isName = (text: string, minimum: number) =>
  text.length >= minimum && text.length <= 64 && [...text].every((character) => /[\w+=,.@-]/.test(character));

/** The rule once more, in other words: parts instead of a pattern. */
function roleNameOf({ userArn, userId, accountId }: { userArn: string; userId: string; accountId: string }) {
  const [arn, partition, service, region, arnAccount, resource, ...more] = userArn.split(':');
  const [kind, roleName = '', session = '', ...rest] = (resource ?? '').split('/');
  const [roleId = '', idSession, ...others] = userId.split(':');
  const isAllowed =
    arn === 'arn' &&
    partition === deployment.partition &&
    service === 'sts' &&
    region === '' &&
    arnAccount === deployment.accountId &&
    accountId === deployment.accountId &&
    kind === 'assumed-role' &&
    isName(roleName, 2) &&
    isName(session, 2) &&
    roleId.startsWith('AROA') &&
    idSession === session &&
    more.length + rest.length + others.length === 0;
  return isAllowed ? roleName : undefined;
}

function outcomeOf(iam: unknown): string | undefined {
  try {
    return identifyCaller(iam, deployment).applicationName;
  } catch (error) {
    expect(error).toBeInstanceOf(BrokerError);
    expect(error).toMatchObject({ code: 'CallerNotAllowed' });
    return undefined;
  }
}

describe('an application', () => {
  it('is exactly a session of a role of this account', () => {
    let allowed = 0;
    fc.assert(
      fc.property(identity, (iam) => {
        const expected = roleNameOf(iam);
        expect(outcomeOf(iam)).toBe(expected);
        if (expected !== undefined) allowed += 1;
      }),
      runs(5_000),
    );
    // The generator is worth something only while it reaches both sides.
    expect(allowed).toBeGreaterThan(500);
  });

  it('is nothing that JSON can otherwise hold', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (iam) => {
        expect(outcomeOf(iam)).toBeUndefined();
      }),
      runs(2_000),
    );
  });
});
