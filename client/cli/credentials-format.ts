// Credentials as shells, AWS SDKs and people read them.
import type { Document } from '../library/broker-api.ts';
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

/** With its last line feed. */
export function rendered(
  credentials: SessionCredentials & Partial<AnsweredCredentials>,
  format: Format,
): string {
  const { Tags, ...bare } = credentials;
  // https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
  const output = { Version: 1, ...bare };
  if (format === 'credential-process') return `${JSON.stringify(output)}\n`;
  if (format === 'json') return `${escapedJson({ ...output, Tags })}\n`;
  return Object.entries({
    AWS_ACCESS_KEY_ID: bare.AccessKeyId,
    AWS_SECRET_ACCESS_KEY: bare.SecretAccessKey,
    AWS_SESSION_TOKEN: bare.SessionToken,
    AWS_CREDENTIAL_EXPIRATION: bare.Expiration,
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
