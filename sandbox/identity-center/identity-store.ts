// An identity store: its users, groups and memberships, and the rules between them.
import { randomUUID } from 'node:crypto';
import { AwsError } from '../aws-error.ts';
import { optionalText, requireText } from '../constraints.ts';
import {
  attributeValues,
  type DirectoryGroup,
  type DirectoryUser,
  type GroupMembership,
  requireFound,
} from './directory.ts';
import { readUserAttributes } from './user-attributes.ts';

const TEXT = /^[\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r \u00a0\u3000]+$/u;

export interface StoreIdentity {
  readonly identityStoreId: string;
  readonly now: () => number;
}

export class IdentityStore {
  readonly #identity: StoreIdentity;
  readonly #users = new Map<string, DirectoryUser>();
  readonly #groups = new Map<string, DirectoryGroup>();
  readonly #memberships = new Map<string, GroupMembership>();

  constructor(identity: StoreIdentity) {
    this.#identity = identity;
  }

  get users(): readonly DirectoryUser[] {
    return [...this.#users.values()];
  }

  get groups(): readonly DirectoryGroup[] {
    return [...this.#groups.values()];
  }

  get memberships(): readonly GroupMembership[] {
    return [...this.#memberships.values()];
  }

  /**
   * @param id a UUID; default: any
   * @throws AwsError ValidationError, ConflictException, NotImplemented
   */
  createUser(given: Readonly<Record<string, unknown>>, createdBy: string, id?: string): DirectoryUser {
    const attributes = readUserAttributes(given);
    const userName = String(attributes['UserName']).toLowerCase();
    if (this.users.some((user) => String(user.attributes['UserName']).toLowerCase() === userName)) {
      throw conflict('Duplicate UserName');
    }
    const user = { userId: this.#newId(id), attributes, createdAt: this.#identity.now(), createdBy };
    this.#users.set(user.userId, user);
    return user;
  }

  /** @throws AwsError ResourceNotFoundException */
  user(userId: string): DirectoryUser {
    return requireFound(this.#users.get(userId), 'USER', userId);
  }

  /** Those of whom an attribute has this value. */
  usersWith(attributePath: string, value: string): DirectoryUser[] {
    return this.users.filter(({ attributes }) => attributeValues(attributes, attributePath).includes(value));
  }

  /**
   * Memberships go with the user.
   * @throws AwsError ResourceNotFoundException
   */
  deleteUser(userId: string): void {
    this.user(userId);
    this.#users.delete(userId);
    this.#deleteMemberships((membership) => membership.userId === userId);
  }

  /** @throws AwsError ValidationError, ConflictException */
  createGroup(
    given: { displayName: unknown; description: unknown },
    createdBy: string,
    id?: string,
  ): DirectoryGroup {
    const displayName = requireText('displayName', given.displayName, { maxLength: 1_024, pattern: TEXT });
    const description = optionalText('description', given.description, { maxLength: 1_024, pattern: TEXT });
    if (this.groups.some((group) => group.displayName.toLowerCase() === displayName.toLowerCase())) {
      throw conflict('Duplicate GroupDisplayName');
    }
    const createdAt = this.#identity.now();
    const group = { groupId: this.#newId(id), displayName, description, createdAt, createdBy };
    this.#groups.set(group.groupId, group);
    return group;
  }

  /** @throws AwsError ResourceNotFoundException */
  group(groupId: string): DirectoryGroup {
    return requireFound(this.#groups.get(groupId), 'GROUP', groupId);
  }

  /**
   * Memberships go with the group.
   * @throws AwsError ResourceNotFoundException
   */
  deleteGroup(groupId: string): void {
    this.group(groupId);
    this.#groups.delete(groupId);
    this.#deleteMemberships((membership) => membership.groupId === groupId);
  }

  /** @throws AwsError ResourceNotFoundException, ConflictException */
  createMembership(groupId: string, userId: string, createdBy: string): GroupMembership {
    this.group(groupId);
    this.user(userId);
    if (this.membershipOf(groupId, userId)) throw conflict('Member already exists in group');
    const createdAt = this.#identity.now();
    const membership = { membershipId: this.#newId(), groupId, userId, createdAt, createdBy };
    this.#memberships.set(membership.membershipId, membership);
    return membership;
  }

  /** @throws AwsError ResourceNotFoundException */
  membership(membershipId: string): GroupMembership {
    return requireFound(this.#memberships.get(membershipId), 'GROUP_MEMBERSHIP', membershipId);
  }

  membershipOf(groupId: string, userId: string): GroupMembership | undefined {
    return this.memberships.find((one) => one.groupId === groupId && one.userId === userId);
  }

  /** The ids of the user's groups, as they are now; none where nobody has this id. */
  groupIdsOf(userId: string): string[] {
    return this.memberships.filter((one) => one.userId === userId).map(({ groupId }) => groupId);
  }

  /** @throws AwsError ResourceNotFoundException */
  deleteMembership(membershipId: string): void {
    this.membership(membershipId);
    this.#memberships.delete(membershipId);
  }

  #deleteMemberships(goes: (membership: GroupMembership) => boolean): void {
    for (const membership of this.memberships) {
      if (goes(membership)) this.#memberships.delete(membership.membershipId);
    }
  }

  /** The store's own ten digits, and a UUID. */
  #newId(uuid: string = randomUUID()): string {
    return `${this.#identity.identityStoreId.replace('d-', '')}-${uuid}`;
  }
}

function conflict(message: string): AwsError {
  const fields = { Message: message, Reason: 'UNIQUENESS_CONSTRAINT_VIOLATION' };
  return new AwsError('ConflictException', message, 400, undefined, fields);
}
