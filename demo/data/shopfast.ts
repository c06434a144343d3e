// ShopFast: its departments, its data, and the ten grants of which everything that the story shows follows.

export const permissions = ['READ', 'WRITE', 'READWRITE'] as const;
export type Permission = (typeof permissions)[number];

export const departments = [
  'Marketing',
  'Sales',
  'CustomerSupport',
  'ProductManagement',
  'HumanResources',
] as const;
export type Department = (typeof departments)[number];

export const DATA = 'shopfast-data';
export const INTERNAL = 'shopfast-internal';

export const prefixes = [
  ...['products', 'feedback', 'transactions', 'users'].map((prefix) => ({ bucket: DATA, prefix })),
  ...['leads', 'employee-records', 'benefits'].map((prefix) => ({ bucket: INTERNAL, prefix })),
];

export interface Grant {
  readonly department: Department;
  readonly bucket: string;
  readonly prefix: string;
  readonly permission: Permission;
}

const given: readonly (readonly [Department, string, string, Permission])[] = [
  ['Marketing', DATA, 'products', 'READ'],
  ['Marketing', DATA, 'feedback', 'READ'],
  ['Sales', DATA, 'transactions', 'READWRITE'],
  ['Sales', DATA, 'users', 'READWRITE'],
  ['CustomerSupport', DATA, 'users', 'READ'],
  ['CustomerSupport', DATA, 'feedback', 'READWRITE'],
  ['ProductManagement', DATA, 'products', 'READWRITE'],
  ['ProductManagement', INTERNAL, 'leads', 'READ'],
  ['HumanResources', INTERNAL, 'employee-records', 'READWRITE'],
  ['HumanResources', INTERNAL, 'benefits', 'READWRITE'],
];

export const grants: readonly Grant[] = given.map(([department, bucket, prefix, permission]) => ({
  ...{ department, bucket, prefix, permission },
}));

export const targetOf = ({ bucket, prefix }: Pick<Grant, 'bucket' | 'prefix'>) => `s3://${bucket}/${prefix}*`;

/** Whether a department is granted it: READWRITE is both. */
export function isGranted(
  department: Department,
  { bucket, prefix }: Pick<Grant, 'bucket' | 'prefix'>,
  permission: Permission,
): boolean {
  return grants.some(
    (grant) =>
      grant.department === department &&
      grant.bucket === bucket &&
      grant.prefix === prefix &&
      [permission, 'READWRITE'].includes(grant.permission),
  );
}
