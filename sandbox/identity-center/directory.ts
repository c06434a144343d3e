// What an identity store consists of: users, groups, and who belongs to which.
import { AwsError } from '../aws-error.ts';

/** The attributes of a user, by their names in the API reference; every value that was given, and nothing else. */
export type UserAttributes = Readonly<Record<string, unknown>>;

export interface DirectoryUser {
  readonly userId: string;
  readonly attributes: UserAttributes;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** The ARN of the caller, or of the stack's deployer. */
  readonly createdBy: string;
}

export interface DirectoryGroup {
  readonly groupId: string;
  readonly displayName: string;
  readonly description: string | undefined;
  readonly createdAt: number;
  readonly createdBy: string;
}

export interface GroupMembership {
  readonly membershipId: string;
  readonly groupId: string;
  readonly userId: string;
  readonly createdAt: number;
  readonly createdBy: string;
}

/**
 * The texts that a path leads to in a user's attributes, through lists to every member: `emails.value` is the `Value` of each of
 * the `Emails`. Case does not count in the path; in the values it does.
 */
export function attributeValues(attributes: UserAttributes, path: string): string[] {
  let found: unknown[] = [attributes];
  for (const part of path.split('.')) {
    found = found.flatMap((value) => {
      if (typeof value !== 'object' || value === null) return [];
      const member = Object.entries(value).find(([name]) => name.toLowerCase() === part.toLowerCase());
      return member ? [member[1]].flat() : [];
    });
  }
  return found.filter((value) => typeof value === 'string');
}

type ResourceType = 'USER' | 'GROUP' | 'GROUP_MEMBERSHIP' | 'IDENTITY_STORE';

/** @throws AwsError ResourceNotFoundException where there is nothing */
export function requireFound<T>(thing: T | undefined, ResourceType: ResourceType, ResourceId?: string): T {
  if (thing !== undefined) return thing;
  const Message = `${ResourceType} not found.`;
  throw new AwsError('ResourceNotFoundException', Message, 400, undefined, {
    Message,
    ResourceType,
    ResourceId,
  });
}
