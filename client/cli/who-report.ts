// What `isb who` tells of each decision, as a table or as JSON: what the audit has, and nothing that it has not.
import type { Found } from './audit-log.ts';
import { type AuditedData, auditedData, reachOf } from './audited-data.ts';
import { iso } from './role-denials.ts';
import { type Column, tableOf } from './shown-table.ts';
import { escaped } from './shown-text.ts';
import type { TimeWindow } from './time-window.ts';
import type { AuditRecord } from './wanted-decisions.ts';

/** Absent: the audit does not say. */
interface DecisionTexts {
  readonly time?: string;
  readonly application?: string;
  readonly accessRole?: string;
  readonly tags?: string;
  /** As the setting `auditSubject` has it. */
  readonly subject?: string;
  readonly issuer?: string;
  readonly tokenId?: string;
  /** Of the session that was issued, as CloudTrail shows it. */
  readonly accessKeyId?: string;
  readonly sessionName?: string;
  readonly sourceIdentity?: string;
  /** `kept`: a session that the broker had already. */
  readonly session?: 'new' | 'kept';
  readonly requestId?: string;
  readonly traceId?: string;
  readonly outcome?: string;
  readonly code?: string;
  readonly reason?: string;
  /** The id in the directory of IAM Identity Center of whom the session acts for. */
  readonly directoryUser?: string;
}

interface Decision extends DecisionTexts {
  /** Of a request for data. */
  readonly data?: AuditedData | undefined;
}

const columns: readonly Column<Decision>[] = [
  { heading: 'time', of: ({ time }) => time },
  { heading: 'application', of: ({ application }) => application },
  { heading: 'tags', of: ({ tags }) => tags },
  { heading: 'subject', of: ({ subject }) => subject },
  { heading: 'issuer', of: ({ issuer }) => issuer },
  { heading: 'access key', of: ({ accessKeyId }) => accessKeyId },
  { heading: 'session', of: ({ session }) => session },
  { heading: 'source identity', of: ({ sourceIdentity }) => sourceIdentity },
  { heading: 'directory user', of: ({ directoryUser }) => directoryUser },
  { heading: 'data', of: ({ data = {} }) => together(data.permission, reachOf(data)) },
  { heading: 'grantee', of: ({ data = {} }) => together(data.granteeType, data.grantee) },
  { heading: 'code', of: ({ code }) => code },
  { heading: 'request', of: ({ requestId }) => requestId },
  { heading: 'trace', of: ({ traceId }) => traceId },
];

export function renderTable({ records, isCutOff }: Found, { from, to }: TimeWindow): string[] {
  const window = `from ${iso(from)} to ${iso(to)}`;
  if (records.length === 0) return [`nothing ${window}`];
  const decisions = records.map(decisionOf);
  const oldest = decisions.at(-1)?.time;
  return [
    ...tableOf(decisions, columns),
    isCutOff
      ? `the newest ${decisions.length} ${window}: there are more, before ${escaped(String(oldest))}; --limit shows more`
      : `${decisions.length} ${window}: all that there are`,
  ];
}

export function renderJson({ records, isCutOff }: Found, { from, to }: TimeWindow): string[] {
  const told = {
    from: iso(from),
    to: iso(to),
    isCutOff,
    decisions: records.map((record) => ({ ...decisionOf(record), tags: tagsOf(record) })),
  };
  return [escaped(JSON.stringify(told))];
}

function decisionOf(record: AuditRecord): Decision {
  const token = Object(record['token']) as Record<string, unknown>;
  const { cacheHit } = record;
  const texts = known({
    time: record['timestamp'],
    application: record['application'],
    accessRole: record['accessRole'],
    tags: Object.entries(tagsOf(record) ?? {})
      .map(([key, value]) => `${key}=${value}`)
      .join(' '),
    subject: token['sub'],
    issuer: token['iss'],
    tokenId: token['jti'],
    accessKeyId: record['accessKeyId'],
    sessionName: record['sessionName'],
    sourceIdentity: record['sourceIdentity'],
    session: typeof cacheHit === 'boolean' ? (cacheHit ? 'kept' : 'new') : undefined,
    requestId: record['requestId'],
    traceId: record['xray_trace_id'],
    outcome: record['outcome'],
    code: record['code'],
    reason: record['reason'],
    directoryUser: record['directoryUser'],
  });
  const data = auditedData(record['data']);
  return { ...texts, ...(data && { data }) };
}

/** In one column, which is as wide as both. */
function together(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join(' ');
}

function tagsOf({ tags }: AuditRecord): Record<string, string> | undefined {
  if (!Array.isArray(tags)) return undefined;
  const pairs = tags.map((tag) => Object(tag) as Record<string, unknown>);
  return Object.fromEntries(pairs.map(({ key, value }) => [String(key), String(value)]));
}

/** What is a text: a log line may hold anything. */
function known(fields: Readonly<Record<keyof DecisionTexts, unknown>>): DecisionTexts {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => typeof value === 'string' && value !== ''),
  );
}
