// An operator with the permissions that a section of docs/operations.md names, and no others.
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
  const page = readFileSync('docs/operations.md', 'utf8');
  const [, section = ''] = page.split(`\n## ${heading}\n`);
  const [, policy] = /```json\n(\{\n {2}"Version"[\s\S]*?)```/.exec(section.split('\n## ')[0] ?? '') ?? [];
  if (policy === undefined) throw new Error(`docs/operations.md has no policy under ${heading}`);
  return policy;
}
