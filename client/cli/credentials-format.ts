// Credentials as shells, AWS SDKs and people read them.
import type { Document } from '../library/broker-api.ts';
import { type DataAccess, grantedDataOf } from '../library/data-access.ts';
import { CommandFailure } from './command.ts';
import { escaped } from './shown-text.ts';

export const formats = ['json', 'env', 'credential-process'] as const;

export type Format = (typeof formats)[number];

/** What was answered, checked: nothing else is ever printed in the place of credentials. */
export interface SessionCredentials {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken: string;
  /** ISO 8601. */
  readonly Expiration: string;
}

/** What the broker answers: the session's tags as well. */
export interface AnsweredCredentials extends SessionCredentials {
  readonly Tags: Readonly<Record<string, string>>;
}

/** What the broker says of credentials for data. */
export interface AnsweredData {
  readonly MatchedGrantTarget: string;
  readonly Permission: string;
  readonly Grantee: { readonly GranteeType: string; readonly GranteeIdentifier: string };
}

/**
 * @param culprit what is told of whatever answered without
 * @throws CommandFailure where these are none
 */
export function answeredCredentials(
  document: Document,
  culprit = 'what answers is no broker, see --endpoint',
): AnsweredCredentials {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration, Tags } = document;
  const texts = [AccessKeyId, SecretAccessKey, SessionToken, Expiration];
  const areTexts = texts.every((text) => typeof text === 'string' && /^[\x21-\x7e]+$/.test(text));
  if (!areTexts || Number.isNaN(Date.parse(String(Expiration)))) {
    throw new CommandFailure(`the answer holds no credentials: ${culprit}`);
  }
  return { AccessKeyId, SecretAccessKey, SessionToken, Expiration, Tags: Tags ?? {} } as AnsweredCredentials;
}

/** @throws SessionBrokerError where they are not for what was asked for */
export function answeredData(document: Document, access: DataAccess): AnsweredData {
  const { matchedGrantTarget, permission, grantee } = grantedDataOf(document, access);
  const { granteeType, granteeIdentifier } = grantee;
  return {
    MatchedGrantTarget: matchedGrantTarget,
    Permission: permission,
    Grantee: { GranteeType: granteeType, GranteeIdentifier: granteeIdentifier },
  };
}

/** With its last line feed. */
export function rendered(
  credentials: SessionCredentials & Partial<AnsweredCredentials & AnsweredData>,
  format: Format,
): string {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration, ...told } = credentials;
  // https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
  const output = { Version: 1, AccessKeyId, SecretAccessKey, SessionToken, Expiration };
  if (format === 'credential-process') return `${JSON.stringify(output)}\n`;
  if (format === 'json') return `${escapedJson({ ...output, ...told })}\n`;
  return Object.entries({
    AWS_ACCESS_KEY_ID: AccessKeyId,
    AWS_SECRET_ACCESS_KEY: SecretAccessKey,
    AWS_SESSION_TOKEN: SessionToken,
    AWS_CREDENTIAL_EXPIRATION: Expiration,
  })
    .map(([name, value]) => `export ${name}=${quoted(value)}\n`)
    .join('');
}

/** Pretty, and with nothing that steers a terminal: its own line feeds are kept. */
function escapedJson(value: object): string {
  return JSON.stringify(value, null, 2).split('\n').map(escaped).join('\n');
}

/** One word of any POSIX shell, whatever it holds. */
export function quoted(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}
