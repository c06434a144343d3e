// The construct for target roles: the same role and trust as the template without the CDK, and what it refuses.
import { App, Duration, Stack, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { TargetRole, type TargetRoleProps } from '../../client/infrastructure/index.ts';
import { type TargetTemplate, targetTemplate } from '../../client/portal/target-template.ts';

const issuer = 'https://console.example.com/aws';
const portalRoleArn = 'arn:aws:iam::444455556666:role/Portal';

function stackWith(...targets: TargetRoleProps[]): Template {
  const stack = new Stack(new App(), 'Targets');
  for (const [index, props] of targets.entries()) new TargetRole(stack, `Target${index}`, props);
  return Template.fromStack(stack);
}
/** Of the only role, its properties, with the provider as the template calls it. */
const roleOf = (template: Template) => {
  const [role] = Object.values(template.findResources('AWS::IAM::Role'));
  const [providerId = ''] = Object.keys(template.findResources('AWS::IAM::OIDCProvider'));
  return JSON.parse(JSON.stringify(role?.['Properties']).replaceAll(`"${providerId}"`, '"Portal"')) as object;
};
/** The CDK writes a list of one action without the list. */
const asTheCdkWrites = (value: unknown) =>
  JSON.parse(JSON.stringify(value), (key, inner) =>
    key === 'Action' && inner.length === 1 ? inner[0] : inner,
  ) as object;

describe('a target role', () => {
  it.each<[string, TargetRoleProps, TargetTemplate['trusted']]>([
    ['by web identity', { service: 'admin', issuer }, { issuer }],
    ['chained', { service: 'admin', portalRoleArn }, { portalRole: portalRoleArn }],
  ])('is what the template makes, %s', (_, props, trusted) => {
    const { Resources } = targetTemplate({
      service: 'admin',
      maxSessionSeconds: 3_600,
      managedPolicies: [],
      trusted,
    }) as { Resources: Record<string, { Properties: object }> };
    expect(roleOf(stackWith(props))).toEqual(asTheCdkWrites(Resources['Role']?.Properties));
  });

  it('shares the account’s provider with the next', () => {
    const stack = new Stack(new App(), 'Targets');
    const first = new TargetRole(stack, 'First', { service: 'one', issuer });
    new TargetRole(stack, 'Second', { service: 'two', issuer, providerArn: first.providerArn as string });
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::IAM::OIDCProvider', 1);
    template.resourceCountIs('AWS::IAM::Role', 2);
  });

  it('lasts as long as it is told, and has the name and the policies that it is given', () => {
    const managedPolicies = [ManagedPolicy.fromAwsManagedPolicyName('ReadOnlyAccess')];
    const maxSessionDuration = Duration.hours(12);
    const role = roleOf(
      stackWith({ service: 'admin', issuer, roleName: 'Admin', maxSessionDuration, managedPolicies }),
    );
    expect(role).toMatchObject({ RoleName: 'Admin', MaxSessionDuration: 43_200 });
    expect(JSON.stringify(role)).toContain(':iam::aws:policy/ReadOnlyAccess');
  });

  it.each<[TargetRoleProps, string]>([
    [{ service: 'admin' }, 'issuer, portalRoleArn: give one of the two'],
    [{ service: 'admin', issuer, portalRoleArn }, 'issuer, portalRoleArn: give one of the two'],
    [{ service: 'a b', issuer }, 'service: must be the name of a target'],
    [{ service: 'admin', portalRoleArn: '*' }, 'portalRoleArn: must be the ARN of a role'],
    [
      { service: 'admin', portalRoleArn: 'arn:aws:iam::111122223333:root' },
      'portalRoleArn: must be the ARN of a role',
    ],
    [{ service: 'admin', issuer, providerArn: '*' }, 'providerArn: must be the ARN of an IAM OIDC provider'],
    [{ service: 'admin', issuer: `${issuer}/` }, 'issuer: must have no slash at its end'],
    [{ service: 'admin', issuer: Token.asString({ Ref: 'Portal' }) }, 'issuer: must be known now'],
    [{ service: 'admin', portalRoleArn, providerArn: 'x' }, 'providerArn: is of an issuer'],
    [
      { service: 'admin', portalRoleArn, maxSessionDuration: Duration.hours(2) },
      'maxSessionDuration: is an hour',
    ],
  ])('is refused with %j', (props, message) => {
    expect(() => stackWith(props)).toThrow(message);
  });
});
