// IAM's identities: roles, users, their policies and their access keys, and whom a key stands for.
import { randomBytes } from 'node:crypto';
import { AwsError } from '../aws-error.ts';
import { requireInteger } from '../constraints.ts';
import {
  type AccessKey,
  accountOfArn,
  type CallerKey,
  type Role,
  type RoleRequest,
  type SessionCredentials,
  type User,
  type UserRequest,
} from './identity.ts';
import { putInlinePolicy } from './inline-policies.ts';
import { requireFreeName, requirePath, requireTags } from './new-entity.ts';
import { OidcProviders } from './oidc-providers.ts';
import { checkPolicy, type PolicyDocument, policySize } from './policy-document.ts';
import { callerOf, type SessionRequest, Sessions } from './sessions.ts';
import { type Principal, showPrincipals, storePrincipals } from './trust-principals.ts';
import { uniqueId } from './unique-id.ts';

export type * from './identity.ts';

const ADMINISTRATOR_NAME = 'Administrator';
/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MAX_TRUST_POLICY_SIZE = 2_048;
const MAX_ACCESS_KEYS_PER_USER = 2;

/** An account's. Holds IAM's rules; every violation is thrown as the `AwsError` that the API answers. */
export class Identities {
  /** May do everything in the account, by a policy like any other user's. */
  readonly administrator: AccessKey = newAccessKey();
  /** Whom the account takes tokens from. */
  readonly oidcProviders: OidcProviders;
  /** Those of every account by its number; the same map in each. */
  readonly #accounts: Map<string, Identities>;
  readonly #accountId: string;
  readonly #now: () => number;
  readonly #roles = new Map<string, Role>();
  readonly #users = new Map<string, User>();
  readonly #accessKeys = new Map<string, { user: User; secretAccessKey: string }>();
  readonly #sessions: Sessions;
  readonly #administratorId = uniqueId('AIDA');

  /** @param beside those of an account whose policies may name this one's identities, and whose are named here */
  constructor(account: { readonly accountId: string; readonly now: () => number }, beside?: Identities) {
    this.#accountId = account.accountId;
    this.#now = account.now;
    this.#sessions = new Sessions(account.now);
    this.oidcProviders = new OidcProviders(account);
    this.#accounts = beside ? beside.#accounts : new Map();
    this.#accounts.set(account.accountId, this);
  }

  /** The account's roles by name. */
  get roles(): ReadonlyMap<string, Role> {
    return this.#roles;
  }

  /** The account's users by name; the administrator is none of them. */
  get users(): ReadonlyMap<string, User> {
    return this.#users;
  }

  /** @throws AwsError NoSuchEntity */
  role(roleName: string): Role {
    const role = this.#roles.get(roleName);
    if (!role) throw new AwsError('NoSuchEntity', `The role with name ${roleName} cannot be found.`, 404);
    return role;
  }

  /** @throws AwsError NoSuchEntity */
  user(userName: string): User {
    const user = this.#users.get(userName);
    if (!user) throw new AwsError('NoSuchEntity', `The user with name ${userName} cannot be found.`, 404);
    return user;
  }

  /** The role of this ARN, in any account. */
  findRole(arn: string): Role | undefined {
    const account = this.#accounts.get(accountOfArn(arn));
    return account && [...account.#roles.values()].find((role) => role.arn === arn);
  }

  /** @throws AwsError EntityAlreadyExists, InvalidInput, MalformedPolicyDocument, LimitExceeded, ValidationError */
  createRole(request: RoleRequest): Role {
    const { accountId = this.#accountId, ...own } = request;
    if (accountId !== this.#accountId) return this.of(accountId).createRole(own);
    const roleName = requireFreeName('Role', request.roleName, this.#roles.keys());
    const path = requirePath(request.path);
    const role: Role = {
      roleName,
      path,
      roleId: uniqueId('AROA'),
      arn: `arn:aws:iam::${accountId}:role${path}${roleName}`,
      description: request.description,
      trustPolicy: this.#storedTrustPolicy(request.trustPolicy),
      inlinePolicies: new Map(),
      permissionsBoundary: request.permissionsBoundary,
      tags: requireTags(request.tags),
      maxSessionDurationSeconds: requireInteger(
        'maxSessionDuration',
        request.maxSessionDurationSeconds ?? 3_600,
        { min: 3_600, max: 43_200 },
      ),
      createdAt: this.#now(),
    };
    for (const [name, document] of Object.entries(request.inlinePolicies ?? {}))
      putInlinePolicy(role, name, document);
    this.#roles.set(roleName, role);
    return role;
  }

  /**
   * Ends the role's sessions too.
   * @throws AwsError NoSuchEntity; DeleteConflict while it has inline policies
   */
  deleteRole(roleName: string): void {
    const role = this.role(roleName);
    if (role.inlinePolicies.size > 0) {
      throw new AwsError('DeleteConflict', 'Cannot delete entity, must delete policies first.', 409);
    }
    this.#roles.delete(roleName);
    this.#sessions.endAllOf(role);
  }

  /** @throws AwsError NoSuchEntity, MalformedPolicyDocument, LimitExceeded */
  updateTrustPolicy(roleName: string, document: PolicyDocument): void {
    this.role(roleName).trustPolicy = this.#storedTrustPolicy(document);
  }

  /** The trust policy as GetRole shows it and as it is evaluated: a deleted principal remains an id. */
  shownTrustPolicy(role: Role): PolicyDocument {
    return showPrincipals(role.trustPolicy, this.#principals());
  }

  /**
   * The policy of a resource as it is kept: principals by unique id, as in a trust policy.
   * @throws AwsError MalformedPolicyDocument
   */
  storedResourcePolicy(document: PolicyDocument): PolicyDocument {
    return storePrincipals(checkPolicy(document, 'resource'), this.#principals());
  }

  /** A stored resource policy as it is evaluated. */
  shownResourcePolicy(stored: PolicyDocument): PolicyDocument {
    return showPrincipals(stored, this.#principals());
  }

  /** @throws AwsError NoSuchEntity, MalformedPolicyDocument, LimitExceeded, ValidationError */
  putRolePolicy(roleName: string, policyName: string, document: PolicyDocument): void {
    putInlinePolicy(this.role(roleName), policyName, document);
  }

  /** @throws AwsError NoSuchEntity */
  rolePolicy(roleName: string, policyName: string): PolicyDocument {
    const policy = this.role(roleName).inlinePolicies.get(policyName);
    if (policy) return policy;
    throw new AwsError('NoSuchEntity', `The role policy with name ${policyName} cannot be found.`, 404);
  }

  /** @throws AwsError NoSuchEntity */
  deleteRolePolicy(roleName: string, policyName: string): void {
    this.rolePolicy(roleName, policyName);
    this.role(roleName).inlinePolicies.delete(policyName);
  }

  /** @throws AwsError EntityAlreadyExists, InvalidInput, ValidationError */
  createUser(request: UserRequest): User {
    const userName = requireFreeName('User', request.userName, [ADMINISTRATOR_NAME, ...this.#users.keys()]);
    const path = requirePath(request.path);
    const user: User = {
      userName,
      path,
      userId: uniqueId('AIDA'),
      arn: `arn:aws:iam::${this.#accountId}:user${path}${userName}`,
      inlinePolicies: new Map(),
      tags: requireTags(request.tags),
      createdAt: this.#now(),
    };
    this.#users.set(userName, user);
    return user;
  }

  /** @throws AwsError NoSuchEntity, MalformedPolicyDocument, LimitExceeded, ValidationError */
  putUserPolicy(userName: string, policyName: string, document: PolicyDocument): void {
    putInlinePolicy(this.user(userName), policyName, document);
  }

  /** @throws AwsError NoSuchEntity, LimitExceeded */
  createAccessKey(userName: string): AccessKey {
    const user = this.user(userName);
    const held = [...this.#accessKeys.values()].filter((key) => key.user === user).length;
    if (held >= MAX_ACCESS_KEYS_PER_USER) {
      throw new AwsError(
        'LimitExceeded',
        `Cannot exceed quota for AccessKeysPerUser: ${MAX_ACCESS_KEYS_PER_USER}`,
        409,
      );
    }
    const accessKey = newAccessKey();
    this.#accessKeys.set(accessKey.accessKeyId, { user, secretAccessKey: accessKey.secretAccessKey });
    return accessKey;
  }

  /**
   * A session of the role with no trust check: what Lambda does for a function's role, and AssumeRole once
   * it has decided.
   */
  issueSession(role: Role, request: SessionRequest): SessionCredentials {
    return this.#sessions.issue(role, request);
  }

  /**
   * Whom an access key id stands for, in any account, with the secret (and token) to verify a signature; also an expired
   * session's.
   */
  findAccessKey(accessKeyId: string): CallerKey | undefined {
    for (const account of this.#accounts.values()) {
      const found = account.#findAccessKey(accessKeyId);
      if (found) return found;
    }
    return undefined;
  }

  #findAccessKey(accessKeyId: string): CallerKey | undefined {
    const accountId = this.#accountId;
    if (accessKeyId === this.administrator.accessKeyId) {
      const arn = `arn:aws:iam::${accountId}:user/${ADMINISTRATOR_NAME}`;
      const userId = this.#administratorId;
      const { secretAccessKey } = this.administrator;
      return { caller: { kind: 'administrator', accessKeyId, arn, userId, accountId }, secretAccessKey };
    }
    const key = this.#accessKeys.get(accessKeyId);
    if (key) {
      const { user, secretAccessKey } = key;
      const { arn, userId } = user;
      return { caller: { kind: 'user', user, accessKeyId, arn, userId, accountId }, secretAccessKey };
    }
    const session = this.#sessions.find(accessKeyId);
    if (!session) return undefined;
    const { secretAccessKey, sessionToken } = session.credentials;
    return { caller: callerOf(session), secretAccessKey, sessionToken };
  }

  /** Those of any account; one that is not there yet begins to exist. */
  of(accountId: string): Identities {
    return this.#accounts.get(accountId) ?? new Identities({ accountId, now: this.#now }, this);
  }

  #storedTrustPolicy(document: PolicyDocument): PolicyDocument {
    const policy = checkPolicy(document, 'trust');
    if (policySize(policy) > MAX_TRUST_POLICY_SIZE) {
      throw new AwsError(
        'LimitExceeded',
        `Cannot exceed quota for ACLSizePerRole: ${MAX_TRUST_POLICY_SIZE}`,
        409,
      );
    }
    return storePrincipals(policy, this.#principals());
  }

  /** Of every account: a policy may name another's. */
  #principals(): Principal[] {
    return [...this.#accounts.values()].flatMap((account) => [
      ...[...account.#roles.values()].map(({ arn, roleId }) => ({ arn, id: roleId })),
      ...[...account.#users.values()].map(({ arn, userId }) => ({ arn, id: userId })),
      { arn: `arn:aws:iam::${account.#accountId}:user/${ADMINISTRATOR_NAME}`, id: account.#administratorId },
    ]);
  }
}

function newAccessKey(): AccessKey {
  return { accessKeyId: uniqueId('AKIA'), secretAccessKey: randomBytes(30).toString('base64') };
}
