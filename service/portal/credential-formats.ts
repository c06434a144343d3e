// A session as programs take it: variables of a shell, or the JSON of a credential_process.
import type { RoleSession } from '../web-identity/role-sessions.ts';

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html */
export function processCredentials(session: RoleSession): Readonly<Record<string, unknown>> {
  return {
    Version: 1,
    AccessKeyId: session.accessKeyId,
    SecretAccessKey: session.secretAccessKey,
    SessionToken: session.sessionToken,
    Expiration: new Date(session.expiresAt).toISOString(),
  };
}

/** Lines for a POSIX shell. What STS answers is of letters, digits and `+/=`: quoted all the same. */
export function exportLines(session: RoleSession): string {
  return Object.entries({
    AWS_ACCESS_KEY_ID: session.accessKeyId,
    AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
    AWS_SESSION_TOKEN: session.sessionToken,
    AWS_CREDENTIAL_EXPIRATION: new Date(session.expiresAt).toISOString(),
  })
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'\n`)
    .join('');
}
