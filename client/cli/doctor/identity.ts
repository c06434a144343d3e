// Step: who signs, as STS says, and whether the broker serves such a caller.
import { describeAwsFailure } from '../aws-failure.ts';
import { CommandFailure } from '../command.ts';
import { ownCredentials } from '../own-credentials.ts';
import { shownMessage } from '../shown-text.ts';
import type { Step } from './checkup.ts';
import { type Finding, fails, ok, warning } from './finding.ts';

export const identity: Step = {
  name: 'identity',
  needs: ['region'],
  async check(checkup) {
    const { values, surroundings, facts } = checkup;
    const region = checkup.fact('region');
    const credentials = ownCredentials({ profile: values.profile, region, env: surroundings.env });
    try {
      await credentials();
    } catch (error) {
      return [fails(messageOf(error), 'set AWS_ACCESS_KEY_ID and its companions, or give --profile')];
    }
    const { GetCallerIdentityCommand, STSClient } = await import('@aws-sdk/client-sts');
    try {
      const sts = new STSClient({ region, credentials, maxAttempts: 1 });
      const { Arn = '', Account } = await sts.send(new GetCallerIdentityCommand({}));
      facts.credentials = credentials;
      if (Account) facts.accountId = Account;
      return [callerOf(Arn)];
    } catch (error) {
      const finding = refusalOf(error);
      // STS may be out of reach where the broker is not.
      if (finding.status !== 'fails') facts.credentials = credentials;
      return [finding];
    }
  },
};

/** The broker serves sessions of roles, and nobody else. */
export function callerOf(arn: string): Finding {
  const remedy = 'the broker serves roles: assume the application’s';
  if (/^arn:[\w-]+:sts::\d{12}:assumed-role\/[^/]+\//.test(arn)) return ok(shownMessage(arn));
  if (/^arn:[\w-]+:iam::\d{12}:root$/.test(arn)) return fails('the root user of the account', remedy);
  if (arn.includes(':user/')) return fails(`an IAM user, ${shownMessage(arn)}`, remedy);
  return fails(`${shownMessage(arn)} is no session of a role`, remedy);
}

function refusalOf(error: unknown): Finding {
  const { name = '', $metadata } = (error ?? {}) as {
    name?: string;
    $metadata?: { httpStatusCode?: number };
  };
  if (name.startsWith('ExpiredToken')) return fails('these AWS credentials have expired', 'renew them');
  if (name === 'InvalidClientTokenId' || name === 'UnrecognizedClientException') {
    return fails(
      'AWS does not know these credentials',
      'check key and session token, and the region’s partition',
    );
  }
  if (name === 'SignatureDoesNotMatch' || name === 'RequestExpired') {
    return fails(`AWS refused the signature: ${name}`, 'check the secret access key, and the clock');
  }
  if ($metadata?.httpStatusCode) return fails(`STS refused to tell: ${describeAwsFailure(error)}`);
  return warning(`STS was not reached: ${describeAwsFailure(error)}`, 'who signs is not known here');
}

function messageOf(error: unknown): string {
  return error instanceof CommandFailure ? error.message : describeAwsFailure(error);
}
