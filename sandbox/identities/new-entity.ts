// What IAM asks of a new role, user or provider: a name that is free, a path, tags.
import { AwsError } from '../aws-error.ts';
import { requireText } from '../constraints.ts';

const NAME = /^[\w+=,.@-]+$/;

/**
 * @param kind `Role` or `User`
 * @param taken names that there are already; unique without regard to case
 * @throws AwsError EntityAlreadyExists, ValidationError
 */
export function requireFreeName(kind: 'Role' | 'User', name: string, taken: Iterable<string>): string {
  requireText(`${kind.toLowerCase()}Name`, name, { maxLength: 64, pattern: NAME });
  if ([...taken].some((other) => other.toLowerCase() === name.toLowerCase())) {
    throw new AwsError('EntityAlreadyExists', `${kind} with name ${name} already exists.`, 409);
  }
  return name;
}

/** @throws AwsError ValidationError */
export function requirePath(path = '/'): string {
  return requireText('path', path, { maxLength: 512, pattern: /^(\/)$|^(\/[!-~]+\/)$/ });
}

/**
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules
 * @throws AwsError InvalidInput
 */
export function requireTags(tags: Readonly<Record<string, string>> = {}): Map<string, string> {
  if (Object.keys(tags).some((key) => key.toLowerCase().startsWith('aws:'))) {
    throw new AwsError('InvalidInput', 'Tag keys starting with aws: are reserved for system use.');
  }
  return new Map(Object.entries(tags));
}
