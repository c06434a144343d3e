// What of an application has no resource type: four calls of the API, each by a permission of its own.
import { RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';

const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

export interface ApplicationConfigurationOptions {
  readonly applicationArn: string;
  readonly issuerArn: string;
  readonly audiences: readonly string[];
  readonly actors: ActorRoles;
  readonly isAssignmentRequired: boolean;
}

/** Whose calls exchange tokens. */
export interface ActorRoles {
  readonly arns: readonly string[];
  /** Of the roles, each once. */
  readonly accounts: readonly string[];
}

interface Call {
  /** `ApplicationGrant` of `PutApplicationGrant`. */
  readonly what: string;
  readonly given: Readonly<Record<string, unknown>>;
  /** What tells which is deleted; absent where AWS has no such call. */
  readonly deleted?: Readonly<Record<string, unknown>>;
}

export class ApplicationConfiguration extends Construct {
  readonly #applicationArn: string;
  readonly #role: Role;
  readonly #logGroup: LogGroup;

  constructor(scope: Construct, id: string, options: ApplicationConfigurationOptions) {
    super(scope, id);
    this.#applicationArn = options.applicationArn;
    this.#logGroup = new LogGroup(this, 'LogGroup', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.#role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.#logGroup.grantWrite(this.#role);
    // Who may exchange tokens comes last, and goes first: whose, for whom and for what is settled by then.
    const [first, ...others] = callsOf(options).map((call) => this.#put(call));
    for (const other of others) first?.node.addDependency(other);
  }

  #put({ what, given, deleted }: Call): AwsCustomResource {
    const call = (verb: string, parameters: object) => ({
      service: '@aws-sdk/client-sso-admin',
      action: `${verb}${what}Command`,
      parameters: { ApplicationArn: this.#applicationArn, ...parameters },
    });
    const physicalResourceId = PhysicalResourceId.of(what);
    return new AwsCustomResource(this, what, {
      role: this.#role,
      logGroup: this.#logGroup,
      // That of the runtime knows these calls; another would be fetched from the network at deployment.
      installLatestAwsSdk: false,
      policy: AwsCustomResourcePolicy.fromStatements([
        new PolicyStatement({
          actions: [`sso:Put${what}`, ...(deleted ? [`sso:Delete${what}`] : [])],
          resources: [this.#applicationArn],
        }),
      ]),
      onUpdate: { ...call('Put', given), physicalResourceId },
      ...(deleted && {
        onDelete: { ...call('Delete', deleted), ignoreErrorCodesMatching: 'ResourceNotFoundException' },
      }),
    });
  }
}

function callsOf({ issuerArn, audiences, actors, ...options }: ApplicationConfigurationOptions): Call[] {
  const AuthorizedTokenIssuers = [{ TrustedTokenIssuerArn: issuerArn, AuthorizedAudiences: [...audiences] }];
  const ActorPolicy = actorPolicy(options.applicationArn, actors);
  return [
    {
      what: 'ApplicationAuthenticationMethod',
      given: { AuthenticationMethodType: 'IAM', AuthenticationMethod: { Iam: { ActorPolicy } } },
      deleted: { AuthenticationMethodType: 'IAM' },
    },
    {
      what: 'ApplicationGrant',
      given: { GrantType: GRANT_TYPE, Grant: { JwtBearer: { AuthorizedTokenIssuers } } },
      deleted: { GrantType: GRANT_TYPE },
    },
    {
      what: 'ApplicationAccessScope',
      given: { Scope: 's3:access_grants:read_write' },
      deleted: { Scope: 's3:access_grants:read_write' },
    },
    // Required by default, and then a user without an assignment is told access_denied and no more: so it is said.
    {
      what: 'ApplicationAssignmentConfiguration',
      given: { AssignmentRequired: options.isAssignmentRequired },
    },
  ];
}

/** An object: AWS takes it as a document, and not as text. */
function actorPolicy(Resource: string, { arns, accounts }: ActorRoles): object {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: [...accounts] },
        Action: 'sso-oauth:CreateTokenWithIAM',
        Resource,
        Condition: { ArnEquals: { 'aws:PrincipalArn': [...arns] } },
      },
    ],
  };
}
