// The registration as a resource of the stack: a custom resource, its function, and the role of that.
import { readFileSync } from 'node:fs';
import { CustomResource, Duration, RemovalPolicy, Stack, Tokenization } from 'aws-cdk-lib';
import {
  type IRole,
  Policy,
  PolicyDocument,
  PolicyStatement,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct, type IDependable } from 'constructs';
import type { RegistrationFields } from '../library/registration.ts';
import { type BrokerReference, regionOf } from './broker-reference.ts';
import { PROPAGATION_SECONDS } from './registration-session.ts';

/** `npm run docs` bundles it. */
const CODE = new URL('generated/registration-function.js', import.meta.url);

export interface RegistrationFunctionProps {
  /** How long a refusal may be IAM's delay with a role or policy that is new. */
  readonly propagation: Duration;
}

/** Of one application: its role may assume that application's, and nobody else's. */
export class RegistrationFunction extends Construct {
  readonly role: Role;
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, { propagation }: RegistrationFunctionProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'LogGroup', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, 'Role', {
      description: 'Registers an application at the IAM Session Broker, as that application',
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        WriteLogs: new PolicyDocument({
          statements: [
            new PolicyStatement({
              actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
              resources: [logGroup.logGroupArn],
            }),
          ],
        }),
      },
    });
    this.function = new LambdaFunction(this, 'Function', {
      description: 'Registers an application at the IAM Session Broker',
      code: Code.fromInline(readFileSync(CODE, 'utf8')),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 256,
      timeout: Duration.minutes(5),
      role: this.role.withoutPolicyUpdates(),
      logGroup,
      environment: { [PROPAGATION_SECONDS]: Tokenization.stringifyNumber(propagation.toSeconds()) },
    });
  }
}

export interface RegistrationResourceProps {
  readonly broker: BrokerReference;
  readonly registrationFunction: RegistrationFunction;
  /** Whom the broker is called as. */
  readonly as: IRole;
  readonly applicationName: string;
  /** Where a registrar registers. */
  readonly applicationRoleId?: string | undefined;
  readonly registration: RegistrationFields;
  /** What has to be there before, and as long as the registration is. */
  readonly after: readonly IDependable[];
}

export class RegistrationResource extends Construct {
  readonly #resource: CustomResource;

  constructor(scope: Construct, id: string, props: RegistrationResourceProps) {
    super(scope, id);
    const { broker, registrationFunction, as, applicationName, applicationRoleId, registration, after } =
      props;
    const mayAssume = new Policy(this, 'MayAssume', {
      roles: [registrationFunction.role],
      statements: [
        new PolicyStatement({
          actions: ['sts:AssumeRole', ...(applicationRoleId === undefined ? ['sts:TagSession'] : [])],
          resources: [as.roleArn],
        }),
      ],
    });
    this.#resource = new CustomResource(this, 'Resource', {
      resourceType: 'Custom::BrokerRegistration',
      serviceToken: registrationFunction.function.functionArn,
      // Soon after the function's own: a registration that nobody answers for is not waited for an hour.
      serviceTimeout: Duration.seconds(330),
      properties: {
        Endpoint: broker.endpoint,
        Region: regionOf(broker),
        RoleArn: as.roleArn,
        ApplicationName: applicationName,
        ...(applicationRoleId !== undefined && { ApplicationRoleId: applicationRoleId }),
        // As text: CloudFormation would make text of every number in it.
        Registration: Stack.of(this).toJsonString(registration),
      },
    });
    this.#resource.node.addDependency(mayAssume, ...after);
  }

  /** `ApplicationRoleId`, `ExternalId`, `AccessRoleId`, `WarningCodes` or `Warnings`; what there is not is `none`. */
  attribute(name: string): string {
    return this.#resource.getAttString(name);
  }
}
