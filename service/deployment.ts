// The deployment: the one account, in one partition, that the broker serves.

/** Account and partition that callers and access roles must belong to. */
export interface Deployment {
  /** Twelve digits. */
  readonly accountId: string;
  /** `aws`, `aws-cn`, `aws-us-gov`, … */
  readonly partition: string;
}

/** The access role that is registered by its name: always one of the deployment's own account. */
export function accessRoleArnOf(
  { accessRoleName }: { readonly accessRoleName: string },
  { partition, accountId }: Deployment,
): string {
  return `arn:${partition}:iam::${accountId}:role/${accessRoleName}`;
}
