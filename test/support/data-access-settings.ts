// Settings of an environment with S3 Access Grants and an Identity Center: the least that they must have, and what a test changes.

export const instanceArn = 'arn:aws:sso:::instance/ssoins-0123456789abcdef';
export const directoryId = '0123456789-01234567-89ab-cdef-0123-456789abcdef';

/** Read by a role that the stack makes. */
export const grantWith = (over: Record<string, unknown> = {}): Record<string, unknown> => ({
  scope: 's3://shop-data/users/*',
  permission: 'READ',
  role: 'Support',
  ...over,
});

export const accessGrantsWith = (over: Record<string, unknown> = {}): Record<string, unknown> => ({
  buckets: ['shop-data'],
  roles: ['Support'],
  grants: [grantWith()],
  ...over,
});

export const identityCenterWith = (over: Record<string, unknown> = {}): Record<string, unknown> => ({
  instanceArn,
  identityStoreId: 'd-0123456789',
  issuer: { url: 'https://login.example.com' },
  audiences: ['shop'],
  users: { ada: { email: 'ada@example.com', givenName: 'Ada', familyName: 'King' } },
  groups: { Sales: ['ada'] },
  assignments: { groups: ['Sales'] },
  ...over,
});
