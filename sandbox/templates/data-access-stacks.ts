// The stacks of data access: which they are, told from their templates, and whose tokens they take.
import type { AssembledStack } from './cloud-assembly.ts';
import type { Template } from './template.ts';

const types = ['AWS::S3::AccessGrantsInstance', 'AWS::SSO::Application'];

/** Whether it is of S3 Access Grants or IAM Identity Center: what a sandbox deploys where it is asked to. */
export function isOfDataAccess({ template }: Pick<AssembledStack, 'template'>): boolean {
  return Object.values(template.Resources).some(({ Type }) => types.includes(Type));
}

/** In the template, in the place of whichever token issuer the settings name. */
export function trustTokenIssuer({ Resources }: Template, url: string): void {
  for (const { Type, Properties } of Object.values(Resources)) {
    if (Type !== 'AWS::SSO::TrustedTokenIssuer') continue;
    const { TrustedTokenIssuerConfiguration: given } = Properties as unknown as {
      TrustedTokenIssuerConfiguration: { OidcJwtConfiguration: { IssuerUrl: string } };
    };
    given.OidcJwtConfiguration.IssuerUrl = url;
  }
}
