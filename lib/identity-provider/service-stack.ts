// An identity provider for trying the broker: a Cognito user pool whose tokens carry the tenant.
import { CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { ClientAttributes, StringAttribute, UserPool } from 'aws-cdk-lib/aws-cognito';
import type { Construct } from 'constructs';
import { type Acknowledgement, acknowledge } from '../acknowledgement.ts';
import type { Settings } from '../settings/settings.ts';

const acknowledgements: readonly Acknowledgement[] = [
  {
    path: 'UserPool',
    id: 'AwsSolutions-COG2',
    reason: 'An example whose users are made by a script and sign in from one, with nobody to enter a code.',
  },
  {
    path: 'UserPool',
    id: 'AwsSolutions-COG8',
    reason: 'The plus tier is paid for by user; its threat protection would have no real users to protect.',
  },
];

export class IdentityProviderStack extends Stack {
  constructor(scope: Construct, id: string, { account, region }: Pick<Settings, 'account' | 'region'>) {
    super(scope, id, {
      description: 'Identity provider of the IAM Session Broker examples',
      env: { account, region },
    });

    const userPool = new UserPool(this, 'UserPool', {
      selfSignUpEnabled: false,
      signInAliases: { username: true },
      customAttributes: {
        tenant_id: new StringAttribute({ minLen: 1, maxLen: 256, mutable: true }),
        role: new StringAttribute({ minLen: 1, maxLen: 256, mutable: true }),
      },
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
      },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const client = userPool.addClient('Client', {
      authFlows: { userPassword: true },
      preventUserExistenceErrors: true,
      // What no token shows becomes nobody's tenant. Cognito takes an empty list for none, and then a user may write
      // every standard attribute: so it names the one that decides least.
      writeAttributes: new ClientAttributes().withStandardAttributes({ locale: true }),
      readAttributes: new ClientAttributes()
        .withStandardAttributes({ email: true, emailVerified: true })
        .withCustomAttributes('tenant_id', 'role'),
    });

    new CfnOutput(this, 'CognitoUserPoolID', {
      description: 'The user pool, whose users are those of the example',
      value: userPool.userPoolId,
    });
    new CfnOutput(this, 'CognitoUserPoolClientID', {
      description: 'The client that users sign in through',
      value: client.userPoolClientId,
    });
    new CfnOutput(this, 'JWKSetURL', {
      description: 'Where the keys are that verify the tokens: what an application registers',
      value: `${userPool.userPoolProviderUrl}/.well-known/jwks.json`,
    });

    acknowledge(this, acknowledgements);
  }
}
