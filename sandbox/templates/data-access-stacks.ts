// Which stacks are those of data access: told from their templates.
import type { AssembledStack } from './cloud-assembly.ts';

const types = ['AWS::S3::AccessGrantsInstance', 'AWS::SSO::Application'];

/** Whether it is of S3 Access Grants or IAM Identity Center: what a sandbox deploys where it is asked to. */
export function isOfDataAccess({ template }: Pick<AssembledStack, 'template'>): boolean {
  return Object.values(template.Resources).some(({ Type }) => types.includes(Type));
}
