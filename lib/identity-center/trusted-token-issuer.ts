// The issuer whose tokens are exchanged, and which claim of theirs tells which user of the directory.
import { CfnResource } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { IdentityCenterSettings } from '../settings/settings.ts';
import type { CenterInstance } from './center-instance.ts';
import { acknowledgeNewType } from './linter.ts';

export interface TrustedTokenIssuerOptions {
  readonly instance: CenterInstance;
  /** One an instance. */
  readonly name: string;
  readonly settings: IdentityCenterSettings['issuer'];
}

export class TrustedTokenIssuer extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, { instance, name, settings }: TrustedTokenIssuerOptions) {
    super(scope, id);
    // The CDK does not know this type yet.
    const issuer = new CfnResource(this, 'Issuer', {
      type: 'AWS::SSO::TrustedTokenIssuer',
      properties: {
        InstanceArn: instance.arn,
        Name: name,
        TrustedTokenIssuerType: 'OIDC_JWT',
        TrustedTokenIssuerConfiguration: {
          OidcJwtConfiguration: {
            IssuerUrl: settings.url,
            ClaimAttributePath: settings.claim,
            IdentityStoreAttributePath: settings.attribute,
            JwksRetrievalOption: 'OPEN_ID_DISCOVERY',
          },
        },
      },
    });
    acknowledgeNewType(issuer);
    this.arn = issuer.ref;
  }
}
