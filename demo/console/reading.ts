// What the story reads in the pages: the list, the console, a refusal, credentials.
import type { Seen } from './visitor.ts';

/** As whom the console is open. */
export interface Console {
  readonly accountId: string;
  readonly role: string;
  readonly sessionName: string;
  readonly sourceIdentity: string;
  /** `TenantID = Yellow (transitive) …` */
  readonly tags: string;
  /** ISO 8601. */
  readonly until: string;
}

export interface ShownCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** The targets of the portal's list, in their order. */
export function targetsIn({ links }: Seen): string[] {
  const services = links.flatMap((href) => /^\/([\w.-]+)$/.exec(href)?.[1] ?? []);
  return [...new Set(services)];
}

/** `undefined` of a page that is no console. */
export function consoleIn({ status, text }: Seen): Console | undefined {
  const [, accountId, role, sessionName, sourceIdentity, tags, until] =
    /Account (\d{12}) Role (\S+) Session (\S+) Source identity (\S+) Tags (.*) Until (\S+) /.exec(text) ?? [];
  if (status !== 200 || !accountId || !role || !sessionName || !sourceIdentity || !tags || !until)
    return undefined;
  return { accountId, role, sessionName, sourceIdentity, tags, until };
}

/** The sentence of a refusal that says what it would have taken. */
export function reasonIn({ text }: Seen): string {
  return /It takes one of [^.]+\./.exec(text)?.[0] ?? '';
}

/** @throws Error of a page that shows none */
export function credentialsIn({ status, title, text }: Seen): ShownCredentials {
  const value = (name: string) => new RegExp(`export ${name}='(\\S+)'`).exec(text)?.[1];
  const accessKeyId = value('AWS_ACCESS_KEY_ID');
  const secretAccessKey = value('AWS_SECRET_ACCESS_KEY');
  const sessionToken = value('AWS_SESSION_TOKEN');
  // The page is not shown: it may have a part of them.
  if (!accessKeyId || !secretAccessKey || !sessionToken)
    throw new Error(`the portal should show credentials, and shows ${status} ${title}`);
  return { accessKeyId, secretAccessKey, sessionToken };
}
