// The source identity: what a request or a token may ask for, and that a chain of sessions keeps its first.
import { AwsError } from '../../aws-error.ts';
import { optionalText } from '../../constraints.ts';
import type { Caller } from '../../identities/identity.ts';

/**
 * What the new session gets: the calling session's, or else the one that the request names, if any. `aws:`, which AWS
 * keeps to itself as a beginning, has a character that no source identity may have.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
 * @throws AwsError ValidationError, also for another one than the calling session's
 */
export function readSourceIdentity(value: unknown, caller?: Caller): string | undefined {
  const requested = optionalText('sourceIdentity', value, {
    minLength: 2,
    maxLength: 64,
    pattern: /^[\w+=,.@-]*$/,
  });
  const inherited = caller?.kind === 'session' ? caller.sourceIdentity : undefined;
  if (inherited !== undefined && requested !== undefined && requested !== inherited) {
    throw new AwsError('ValidationError', 'The source identity is already set for this assume role session');
  }
  return inherited ?? requested;
}
