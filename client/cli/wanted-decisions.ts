// Which decisions `isb who` shows: as a filter pattern of CloudWatch Logs, and record by record.
import { createHash } from 'node:crypto';
import { auditedData, overlap, reachOf } from './audited-data.ts';

export interface WantedTag {
  readonly key: string;
  readonly value: string;
}

export interface Wanted {
  /** All of them. */
  readonly tags: readonly WantedTag[];
  readonly application?: string | undefined;
  /** As in the token, or as the audit shows it: `sha256:…`. */
  readonly subject?: string | undefined;
  readonly issuer?: string | undefined;
  /** `s3://bucket/prefix*` or `s3://bucket/key`: credentials that reach something of it. */
  readonly target?: string | undefined;
  /** By whose grant: the role's ARN, or the id of a user or group of the directory. */
  readonly grantee?: string | undefined;
  /** Whom the session acts for: the id in the directory. */
  readonly directoryUser?: string | undefined;
  /** What was refused, or failed, instead of what was issued. */
  readonly isRefused: boolean;
}

/** A line of the audit log: what others wrote stands in it. */
export type AuditRecord = Readonly<Record<string, unknown>>;

/** What stands between quotes in a pattern for itself alone: `*` is a wildcard, and how quotes are escaped AWS does not say. */
const literal = /^[A-Za-z0-9_.:/=+@ -]+$/;
/** Of a session with more tags than this every decision matches: AWS documents no wildcard with a member behind it. */
const TAG_PLACES = 3;
const LONGEST_PATTERN = 1_024;

/**
 * A pattern that no wanted decision fails; others may match too, which {@link isWanted} sorts out. A value that a pattern
 * cannot hold is left out of it.
 */
export function patternOf({ tags, application, subject, issuer, isRefused, ...wanted }: Wanted): string {
  const subjects = subject === undefined ? [] : subjectsOf(subject);
  const conditions = [
    '$.operation = "GetCredentials"',
    isRefused ? '($.outcome = "denied" || $.outcome = "failed")' : '$.outcome = "allowed"',
    ...equal('$.application', application),
    ...equal('$.token.iss', issuer),
    ...equal('$.directoryUser', wanted.directoryUser),
    ...equal('$.data.grantee', wanted.grantee),
    ...(wanted.target === undefined ? [] : hasBucketOf(wanted.target)),
    ...(subjects.length > 0 && subjects.every((each) => literal.test(each))
      ? [`(${subjects.flatMap((each) => equal('$.token.sub', each)).join(' || ')})`]
      : []),
    ...tags.filter(({ value }) => literal.test(value)).map(({ value }) => hasValue(value)),
  ];
  let pattern = '';
  for (const condition of conditions) {
    const longer = pattern === '' ? condition : `${pattern} && ${condition}`;
    if (longer.length <= LONGEST_PATTERN - '{  }'.length) pattern = longer;
  }
  return `{ ${pattern} }`;
}

function hasValue(value: string): string {
  const places = Array.from({ length: TAG_PLACES }, (_, place) => equal(`$.tags[${place}].value`, value));
  return `(${[...places.flat(), `$.tags[${TAG_PLACES}].value = *`].join(' || ')})`;
}

/** Of the same bucket, which the broker hands out nothing beyond: what overlaps with a target no pattern says. */
function hasBucketOf(target: string): string[] {
  const [, bucket = ''] = /^s3:\/\/([^/]+)\//.exec(target) ?? [];
  if (!literal.test(bucket)) return [];
  const within = ['matchedGrantTarget', 'target'].map((name) => `$.data.${name} = "s3://${bucket}/*"`);
  return [`(${within.join(' || ')})`];
}

function equal(selector: string, value: string | undefined): string[] {
  return value !== undefined && literal.test(value) ? [`${selector} = "${value}"`] : [];
}

/** Exactly, letter case and all. */
export function isWanted(record: AuditRecord, wanted: Wanted): boolean {
  const { tags, application, subject, issuer, grantee, directoryUser, isRefused } = wanted;
  const token = Object(record['token']) as Record<string, unknown>;
  const { sub } = token;
  const isSubject = subject === undefined || (typeof sub === 'string' && subjectsOf(subject).includes(sub));
  return (
    record['operation'] === 'GetCredentials' &&
    (isRefused ? ['denied', 'failed'] : ['allowed']).includes(String(record['outcome'])) &&
    (application === undefined || record['application'] === application) &&
    (issuer === undefined || token['iss'] === issuer) &&
    isSubject &&
    (directoryUser === undefined || record['directoryUser'] === directoryUser) &&
    (grantee === undefined || auditedData(record['data'])?.grantee === grantee) &&
    (wanted.target === undefined || reaches(record, wanted.target)) &&
    tags.every((tag) => hasTag(record, tag))
  );
}

function reaches({ data }: AuditRecord, target: string): boolean {
  const reach = reachOf(auditedData(data) ?? {});
  return reach !== undefined && overlap(reach, target);
}

function hasTag(record: AuditRecord, { key, value }: WantedTag): boolean {
  const tags: unknown[] = Array.isArray(record['tags']) ? record['tags'] : [];
  return tags.some((tag) => {
    const { key: hasKey, value: hasValue } = Object(tag) as Record<string, unknown>;
    return hasKey === key && hasValue === value;
  });
}

/** As the setting `auditSubject` has it, hashed or plain: docs/settings.md. */
function subjectsOf(subject: string): string[] {
  if (/^sha256:[0-9a-f]{32}$/.test(subject)) return [subject];
  return [`sha256:${createHash('sha256').update(subject).digest('hex').slice(0, 32)}`, subject];
}
