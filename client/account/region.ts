// The region of a command, found as the AWS CLI finds it.
import { STSClient } from '@aws-sdk/client-sts';

type Environment = Readonly<Record<string, string | undefined>>;

export const NO_REGION =
  'there is no region: set AWS_REGION or AWS_DEFAULT_REGION, or give the profile one (aws configure set region NAME)';

/** Of the two variables, or of the profile, whose files the SDK reads; `undefined` where neither says. */
export async function findRegion({
  AWS_REGION,
  AWS_DEFAULT_REGION,
}: Environment): Promise<string | undefined> {
  // The SDK itself knows the first of them alone.
  return AWS_REGION || AWS_DEFAULT_REGION || (await regionOfProfile());
}

function regionOfProfile(): Promise<string | undefined> {
  return new STSClient({}).config.region().catch(() => undefined);
}
