// What the package iam-session-broker-infrastructure exports.
export { AccessRole, type AccessRoleProps, type TenantBucket, type TenantTable } from './access-role.ts';
export type { BrokerReference } from './broker-reference.ts';
export { BrokeredApplication, type BrokeredApplicationProps } from './brokered-application.ts';
export { TargetRole, type TargetRoleProps } from './target-role.ts';
