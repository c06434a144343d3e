// What the audit has of a request for data: what was asked for, and by which grant it was given.
import { covers } from '../library/data-access.ts';

/** As the audit names the fields. Absent: the audit does not say. */
export interface AuditedData {
  /** What was asked for: `s3://bucket/prefix*`, or an object. */
  readonly target?: string;
  readonly permission?: string;
  readonly privilege?: string;
  readonly durationSeconds?: number;
  /** What the credentials reach. Only of what was issued, as what follows. */
  readonly matchedGrantTarget?: string;
  readonly granteeType?: string;
  /** The role's ARN, or the id of the user or group in the directory. */
  readonly grantee?: string;
}

const texts = ['target', 'permission', 'privilege', 'matchedGrantTarget', 'granteeType', 'grantee'] as const;

/** `undefined` of a decision about no data. @param value the record's `data`: a log line may hold anything */
export function auditedData(value: unknown): AuditedData | undefined {
  const fields = Object(value) as Record<string, unknown>;
  const { durationSeconds } = fields;
  const known = Object.fromEntries(
    texts.map((name) => [name, fields[name]]).filter(([, text]) => typeof text === 'string' && text !== ''),
  ) as AuditedData;
  const data = { ...known, ...(typeof durationSeconds === 'number' && { durationSeconds }) };
  return Object.keys(data).length > 0 ? data : undefined;
}

/** What credentials reach, or of a refusal what they were to reach. */
export function reachOf({ matchedGrantTarget, target }: AuditedData): string | undefined {
  return matchedGrantTarget ?? target;
}

/** Whether there can be an object in both. */
export function overlap(scope: string, other: string): boolean {
  return covers(scope, other) || covers(other, scope);
}
