// An operator with the permissions that a section of the operators' pages names, and no others.
import { readFileSync } from 'node:fs';
import { serviceTrustPolicy } from '../../../client/account/roles.ts';
import type { PolicyDocument } from '../../../sandbox/identities/identities.ts';
import type { Sandbox } from '../../../sandbox/sandbox.ts';

let count = 0;

/**
 * Variables of a shell in which a session of a new role works.
 *
 * @param heading of the section, whose one policy document the role gets
 * @param without an action that is taken out of it
 */
export function operatorOf(
  { account, environment }: Sandbox,
  heading: string,
  without?: string,
): Readonly<Record<string, string>> {
  const outputs = new Map(
    [...account.stacks.values()].flatMap((stack) => stack.outputs).map(({ key, value }) => [key, value]),
  );
  const text = policyIn(heading)
    .replaceAll('REGION', account.region)
    .replaceAll('ACCOUNT', account.accountId)
    .replaceAll('LOG_GROUP', outputs.get('FunctionLogGroupName') ?? '')
    .replaceAll('USERS_TABLE', outputs.get('UsersTableName') ?? '')
    .replaceAll('TABLE', outputs.get('AccessMetadataTableName') ?? '');
  if (without !== undefined && !text.includes(`"${without}"`)) throw new Error(`nothing grants ${without}`);
  count += 1;
  const role = account.identities.createRole({
    roleName: `OperatorOf${count}`,
    trustPolicy: serviceTrustPolicy(account) as unknown as PolicyDocument,
    inlinePolicies: { Named: JSON.parse(text.replace(`"${without}"`, '"sts:GetCallerIdentity"')) },
  });
  const session = account.identities.issueSession(role, { sessionName: 'operator', durationSeconds: 3_600 });
  return {
    ...environment,
    AWS_ACCESS_KEY_ID: session.accessKeyId,
    AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
    AWS_SESSION_TOKEN: session.sessionToken,
  };
}

function policyIn(heading: string): string {
  const pages = ['docs/operations.md', 'docs/portal.md'].map((page) => readFileSync(page, 'utf8'));
  const [section = ''] = pages.flatMap((page) => page.split(`\n## ${heading}\n`).slice(1));
  const [, policy] = /```json\n(\{\n {2}"Version"[\s\S]*?)```/.exec(section.split('\n## ')[0] ?? '') ?? [];
  if (policy === undefined) throw new Error(`no page has a policy under ${heading}`);
  return policy;
}
