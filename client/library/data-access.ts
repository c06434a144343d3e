// Which data of S3 credentials are asked for: the target, what is to be done there, for how long, and whether that is what came.
import { unexpectedContent } from './answers.ts';
import type { Document } from './broker-api.ts';

export const dataPermissions = ['READ', 'WRITE', 'READWRITE'] as const;

export type DataPermission = (typeof dataPermissions)[number];

/** What S3 Access Grants are asked for; the registration must have `AccessGrants`. */
export interface DataAccess {
  /** All below a prefix, `s3://bucket/prefix/*`, or one object, `s3://bucket/key`; 2,000 characters at most. */
  readonly target: string;
  readonly permission: DataPermission;
  /**
   * Seconds that the credentials last: 900 up to the registration's `MaxDurationSeconds`, 43,200 at most. Default the smaller of
   * 3,600 and that.
   */
  readonly durationSeconds?: number | undefined;
}

/** Who the grant is to: a role, or a user or group of the directory. */
export interface Grantee {
  readonly granteeType: 'IAM' | 'DIRECTORY_USER' | 'DIRECTORY_GROUP' | (string & {});
  /** The role's ARN, or the directory's id. */
  readonly granteeIdentifier: string;
}

/** What was granted. */
export interface GrantedData {
  /** What the credentials reach: the target, or all of the grant that it lies in, as the registration's `Privilege` says. */
  readonly matchedGrantTarget: string;
  readonly permission: DataPermission;
  readonly grantee: Grantee;
}

export interface AccessProblem {
  readonly field: keyof DataAccess;
  readonly problem: string;
}

/** Of a target, and of the scopes of grants. https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_GetDataAccess.html */
const LONGEST_TARGET = 2_000;
const TARGET_FORM = 'must be s3://bucket/prefix* or s3://bucket/key, with a * at its end alone';

/** What is wrong with it, before anybody is asked; quotes nothing of it. */
export function problemOfAccess({
  target,
  permission,
  durationSeconds,
}: Partial<Record<keyof DataAccess, unknown>>): AccessProblem | undefined {
  if (target === undefined) return { field: 'target', problem: 'is required: data are asked for by target' };
  const problem = problemOfTarget(target);
  if (problem !== undefined) return { field: 'target', problem };
  if (!dataPermissions.some((each) => each === permission))
    return { field: 'permission', problem: `must be ${dataPermissions.join(', ')}` };
  if (durationSeconds === undefined) return undefined;
  const isDuration =
    Number.isInteger(durationSeconds) &&
    (durationSeconds as number) >= 900 &&
    (durationSeconds as number) <= 43_200;
  if (isDuration) return undefined;
  return { field: 'durationSeconds', problem: 'must be a whole number of seconds from 900 to 43200' };
}

/** S3 Access Grants take more, and mean by it what nobody would guess: `s3://shop*` is every bucket whose name begins so. */
export function problemOfTarget(target: unknown): string | undefined {
  if (typeof target !== 'string') return TARGET_FORM;
  if (target.length > LONGEST_TARGET) return `may have ${LONGEST_TARGET} characters`;
  const [, key] = /^s3:\/\/[A-Za-z0-9][\w.-]+\/(.+)$/su.exec(target) ?? [];
  if (key === undefined || key.slice(0, -1).includes('*')) return TARGET_FORM;
  if (/\?|\$\{|[\p{Cc}\p{Cs}]/u.test(key)) return 'must hold no ?, no ${ and no control character';
  return key.endsWith('/')
    ? 'must be a prefix with a * at its end, or an object: no object ends in /'
    : undefined;
}

/** @throws TypeError for what is no access, by the field's name */
export function requireAccess(access: Partial<DataAccess>): DataAccess {
  if (typeof access !== 'object' || access === null) throw new TypeError('access: must be an object');
  const found = problemOfAccess(access);
  if (found) throw new TypeError(`${found.field}: ${found.problem}`);
  return access as DataAccess;
}

/** The body of `POST /credentials`. */
export function credentialsBody(token: string, access: DataAccess | undefined) {
  if (!access) return { JWT: token };
  const { target, permission, durationSeconds } = access;
  return {
    JWT: token,
    Target: target,
    Permission: permission,
    ...(durationSeconds !== undefined && { DurationSeconds: durationSeconds }),
  };
}

/**
 * What the answer says was granted. It must be all of what was asked for: anything else may be somebody else's answer.
 * @throws SessionBrokerError UnexpectedAnswer
 */
export function grantedDataOf(document: Document, { target, permission }: DataAccess): GrantedData {
  const { MatchedGrantTarget, Permission, Grantee } = document;
  const { GranteeType, GranteeIdentifier } = Object(Grantee) as Record<string, unknown>;
  const granted = dataPermissions.find((each) => each === Permission);
  const isComplete = [MatchedGrantTarget, GranteeType, GranteeIdentifier].every(
    (text) => typeof text === 'string' && text !== '',
  );
  if (!granted || !isComplete) throw unexpectedContent('the answer does not say which data it is for', 200);
  if (!covers(MatchedGrantTarget as string, target) || (granted !== permission && granted !== 'READWRITE')) {
    throw unexpectedContent('the answer is for other data than were asked for', 200);
  }
  return {
    matchedGrantTarget: MatchedGrantTarget as string,
    permission: granted,
    grantee: { granteeType: GranteeType as string, granteeIdentifier: GranteeIdentifier as string },
  };
}

/** Whether all of the target lies in the scope. S3 Access Grants write one asterisk at a scope's end, or several. */
export function covers(scope: string, target: string): boolean {
  const prefix = scope.replace(/\*+$/, '');
  return prefix === scope ? scope === target : target.replace(/\*$/, '').startsWith(prefix);
}
