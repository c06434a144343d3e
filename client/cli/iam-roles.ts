// Roles as IAM shows them to an operator.
import { GetRoleCommand, type IAMClient } from '@aws-sdk/client-iam';

export interface IamRole {
  /** Unique id, `AROA…`. */
  readonly roleId: string;
  readonly arn: string;
  /** Begins and ends with a slash. */
  readonly path: string;
}

/** `undefined` where there is no such role. Rejects as the SDK does where IAM says nothing. */
export async function findRole(iam: IAMClient, roleName: string): Promise<IamRole | undefined> {
  try {
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: roleName }));
    const { RoleId: roleId = '', Arn: arn = '', Path: path = '/' } = Role ?? {};
    return { roleId, arn, path };
  } catch (error) {
    if (error instanceof Error && error.name.startsWith('NoSuchEntity')) return undefined;
    throw error;
  }
}
