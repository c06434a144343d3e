// The signing key: what target accounts trust is signed by it, and it never leaves KMS.
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { type IRole, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { keyAdministration } from '../key-administration.ts';

export interface SigningKeyProps {
  /** Alone may sign. */
  readonly signer: IRole;
  readonly settings: { readonly isRetained: boolean };
}

/**
 * Its policy is all that lets anybody use it. The account's administrators, whom IAM names, may look after the key; to
 * sign they would have to change its policy first, which CloudTrail tells.
 */
export class SigningKey extends Construct {
  readonly keyArn: string;

  constructor(scope: Construct, id: string, { signer, settings: { isRetained } }: SigningKeyProps) {
    super(scope, id);
    const key = new Key(this, 'Key', {
      description: 'Signs the identities that the console portal vouches for',
      keySpec: KeySpec.RSA_2048,
      keyUsage: KeyUsage.SIGN_VERIFY,
      policy: new PolicyDocument({ statements: [keyAdministration(), ...use(signer)] }),
      // A key that is gone takes every target role's trust with it; of a first deployment that fails, nobody trusts it yet.
      removalPolicy: isRetained ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
      pendingWindow: Duration.days(isRetained ? 30 : 7),
    });
    key.addAlias(`alias/${Stack.of(this).stackName}`);
    this.keyArn = key.keyArn;
  }
}

/** Only as RS256 has it: whoever took over the function could sign nothing else with it. */
function use(signer: IRole): PolicyStatement[] {
  return [
    new PolicyStatement({
      sid: 'Signing',
      principals: [signer.grantPrincipal],
      actions: ['kms:Sign'],
      resources: ['*'],
      conditions: {
        StringEquals: { 'kms:SigningAlgorithm': 'RSASSA_PKCS1_V1_5_SHA_256', 'kms:MessageType': 'DIGEST' },
      },
    }),
    new PolicyStatement({
      sid: 'Publishing',
      principals: [signer.grantPrincipal],
      actions: ['kms:GetPublicKey'],
      resources: ['*'],
    }),
  ];
}
