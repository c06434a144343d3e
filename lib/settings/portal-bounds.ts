// What a portal's settings may be, one by one: its prefix, how many targets, their names, roles and groups.
import { reservedServices } from '../../service/portal/environment.ts';

/** What one template, one file and one page of the portal hold well. */
export const MOST_TARGETS = 300;
export const MOST_GROUPS = 50;

export const urlPrefix = /^(\/[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,62}){0,4}$/;
export const groupName = /^\S(.{0,254}\S)?$/u;
const service = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$/;
/**
 * Of the partitions whose console is known: service/console/partition.ts. IAM allows more in a path, `*` and `$` too; the
 * function's policy, where a chained role stands as a resource, would read these as wildcards and variables.
 */
const roleArn =
  /^(?=.{20,600}$)arn:(aws|aws-us-gov|aws-cn):iam::\d{12}:role\/(?:[\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/;

/** What is wrong with a target's name, or `undefined`. */
export function targetServiceProblem(name: string): string | undefined {
  if (reservedServices.includes(name.toLowerCase()))
    return `must not be one of ${reservedServices.join(', ')}: the portal needs them itself`;
  return service.test(name)
    ? undefined
    : 'must be a segment of a path: 1–64 letters, digits and . _ -, and no . at its beginning';
}

/** What is wrong with a role's ARN, or `undefined`. */
export function targetRoleProblem(arn: string): string | undefined {
  if (roleArn.test(arn)) return undefined;
  const example = 'arn:aws:iam::111122223333:role/Administrator';
  if (/^arn:aws[a-z-]*:iam::\d{12}:role\//.test(arn) && !/^arn:(aws|aws-us-gov|aws-cn):/.test(arn))
    return 'must be of the partition aws, aws-us-gov or aws-cn: no other console is known here';
  return `must be the ARN of a role, as ${example}`;
}
