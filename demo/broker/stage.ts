// The stage: what stands before the story begins, and the names of what the story will create.
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { type Clients, type Outputs, readOutputs } from '../../client/account/clients.ts';
import type { PoolUser } from '../../client/account/pool-user.ts';
import type { Account } from '../../client/account/roles.ts';
import type { TenantBucket } from '../../client/account/tenant-bucket.ts';
import type { Target } from './target.ts';

/** Whose user signs in, and whose data that user must not see. */
export const TENANT = 'Yellow';
export const OTHER_TENANT = 'Blue';

export interface Stage {
  readonly account: Account;
  readonly outputs: Outputs;
  readonly user: PoolUser;
  readonly bucket: TenantBucket;
  readonly serviceRoleName: string;
  readonly accessRoleName: string;
}

/** Finds the deployed stacks of an environment. Rejects, naming it, where one is missing. */
export async function findStage(clients: Clients, target: Target, environment: string): Promise<Stage> {
  const outputs = await readOutputs(clients.cloudFormation, environment);
  const { Account: accountId = '', Arn = '' } = await clients.sts.send(new GetCallerIdentityCommand({}));
  const { region } = target.clientConfig;
  return {
    account: { accountId, region, partition: Arn.split(':')[1] ?? 'aws' },
    outputs,
    user: { userPoolId: outputs.userPoolId, username: `yellow-user${target.suffix}` },
    bucket: {
      bucket: `isb-${accountId}-${region}${target.suffix}`,
      region,
      tenants: [TENANT, OTHER_TENANT],
    },
    serviceRoleName: `AppService${target.suffix}`,
    accessRoleName: `AppAccess${target.suffix}`,
  };
}
