// Who may exchange users' tokens: the roles that the settings name, or the broker's service role.
import { Arn, ArnFormat, Aws } from 'aws-cdk-lib';
import type { IdentityCenterSettings, Settings } from '../settings/settings.ts';
import type { ActorRoles } from './application-configuration.ts';

/** lib/broker/service-role.ts */
const SERVICE_ROLE_NAME = 'IAMSessionBroker';

export function actorRolesOf(
  { actorRoles }: Pick<IdentityCenterSettings, 'actorRoles'>,
  { account = Aws.ACCOUNT_ID }: Pick<Settings, 'account'>,
): ActorRoles {
  if (actorRoles.length === 0)
    return { arns: [`arn:${Aws.PARTITION}:iam::${account}:role/${SERVICE_ROLE_NAME}`], accounts: [account] };
  const accountOf = (arn: string) => Arn.split(arn, ArnFormat.SLASH_RESOURCE_NAME).account as string;
  return { arns: actorRoles, accounts: [...new Set(actorRoles.map(accountOf))] };
}
