// What cfn-lint is told not to look for: where its rules are older than a type, or redundancy is no fault.

const ignoring = (check: string) => ({ 'cfn-lint': { config: { ignore_checks: [check] } } });

/** Of a resource whose type is newer than the rules: that there is no such type. */
export const newerThanTheLinter = ignoring('E3006');

/** Of a stack: the CDK lets a function wait for its role and for the role's policy. */
export const redundantDependencies = ignoring('W3005');
