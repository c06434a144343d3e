// What the linters are told not to look for: types that are newer than their rules, and redundancy that is no fault.
import { type CfnResource, Validations } from 'aws-cdk-lib';

const ignoring = (check: string) => ({ 'cfn-lint': { config: { ignore_checks: [check] } } });

/** That there is no such type: cfn-lint's E3006, and F3006 of the CDK's CLI. */
export function acknowledgeNewType(resource: CfnResource): void {
  resource.cfnOptions.metadata = ignoring('E3006');
  Validations.of(resource).acknowledge({
    id: 'CloudFormation-Validate::F3006',
    reason: 'The type is newer than the rules.',
  });
}

/** Of a stack: the CDK lets a function wait for its role and for the role's policy. */
export const redundantDependencies = ignoring('W3005');
