// A CloudFormation template of a target role, for accounts without the CDK.
import { AUDIENCE, chainedTrust, webIdentityTrust } from './target-trust.ts';

export interface TargetTemplate {
  readonly service: string;
  /** Default: CloudFormation makes one up. */
  readonly roleName?: string | undefined;
  /** Seconds, 3,600–43,200; chained 3,600. */
  readonly maxSessionSeconds: number;
  readonly managedPolicies: readonly string[];
  readonly trusted:
    | {
        readonly issuer: string;
        /** ARN of an OIDC provider that the account has already; default: the template makes it. */
        readonly providerArn?: string | undefined;
      }
    | { readonly portalRole: string };
}

export function targetTemplate(target: TargetTemplate): Readonly<Record<string, unknown>> {
  const { service, roleName, maxSessionSeconds, managedPolicies, trusted } = target;
  const isOwnProvider = 'issuer' in trusted && trusted.providerArn === undefined;
  const trust =
    'issuer' in trusted
      ? webIdentityTrust(trusted.issuer, service, trusted.providerArn ?? { Ref: 'Portal' })
      : chainedTrust(trusted.portalRole, service);
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `A role that people open by the console portal, as its target ${service}`,
    Resources: {
      ...(isOwnProvider && {
        Portal: {
          Type: 'AWS::IAM::OIDCProvider',
          Properties: { Url: trusted.issuer, ClientIdList: [AUDIENCE] },
        },
      }),
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          ...(roleName !== undefined && { RoleName: roleName }),
          Description: `Opened by the console portal, as its target ${service}`,
          MaxSessionDuration: maxSessionSeconds,
          AssumeRolePolicyDocument: trust,
          ...(managedPolicies.length > 0 && { ManagedPolicyArns: managedPolicies }),
        },
      },
    },
    Outputs: {
      RoleARN: {
        Description: 'What the portal’s settings name as the role of the target',
        Value: { 'Fn::GetAtt': ['Role', 'Arn'] },
      },
      ...(isOwnProvider && {
        ProviderARN: {
          Description: 'What further target roles of this account trust: one provider an account',
          Value: { Ref: 'Portal' },
        },
      }),
    },
  };
}
