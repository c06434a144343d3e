// What is told of a registration: its fields, its external id, and what the application should still do.
import type { Document } from '../library/broker-api.ts';
import { CommandFailure } from './command.ts';
import { escaped, shownMessage } from './shown-text.ts';

export interface ShownWarning {
  readonly code: string;
  /** What it means, and the remedy, as the broker words them. */
  readonly message: string;
}

/** What the broker answers; anything else is of whatever answers in its place. */
export function isRegistration({ ApplicationName, AccessRoleName }: Document): boolean {
  return typeof ApplicationName === 'string' && typeof AccessRoleName === 'string';
}

/** @throws CommandFailure where the answer is no registration */
export function requireRegistration(document: Document): Document {
  if (isRegistration(document)) return document;
  throw new CommandFailure('the answer holds no registration: what answers is no broker, see --endpoint');
}

export function warningsOf({ Warnings }: Document): ShownWarning[] {
  return (Array.isArray(Warnings) ? Warnings : []).map((warning: unknown) => {
    const { Code, Message } = Object(warning) as Record<string, unknown>;
    return { code: shownMessage(String(Code)), message: escaped(String(Message)) };
  });
}

/** With its last line feed. @param done `registered`, `replaced`, `deregistered` */
export function renderRegistration(done: string, document: Document): string {
  const { ApplicationName, ExternalId, Warnings: _, ...fields } = document;
  const rows: [string, string][] = [
    [done, escaped(String(ApplicationName))],
    ...Object.entries(fields).map(([name, value]): [string, string] => [`  ${escaped(name)}`, shown(value)]),
    ['external id', `${shown(ExternalId)} (sts:ExternalId, for the trust policy of the access role)`],
    ...warningsOf(document).map(({ code, message }): [string, string] => ['warning', `${code}: ${message}`]),
  ];
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  return rows.map(([name, value]) => `${name.padEnd(width)}${value}\n`).join('');
}

function shown(value: unknown): string {
  return escaped(typeof value === 'string' ? value : JSON.stringify(value));
}
