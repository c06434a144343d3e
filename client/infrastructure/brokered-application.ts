// An application of the IAM Session Broker: its two roles, what they may do, and its registration.
import { createHash } from 'node:crypto';
import { CfnOutput, type CfnResource, Duration, Stack } from 'aws-cdk-lib';
import {
  type IPrincipal,
  type IRole,
  Policy,
  PolicyDocument,
  type PolicyStatement,
  Role,
} from 'aws-cdk-lib/aws-iam';
import { Construct, type IDependable } from 'constructs';
import type { RegistrationFields } from '../library/registration.ts';
import { AccessRole } from './access-role.ts';
import { credentialsStatement, registrationStatements, trustStatements } from './application-policies.ts';
import type { BrokerReference } from './broker-reference.ts';
import { RegistrationFunction, RegistrationResource } from './registration-resource.ts';

export interface BrokeredApplicationProps {
  readonly broker: BrokerReference;
  /** What is registered, as docs/api.md spells it: claims, keys, issuer. The access role is the construct's own. */
  readonly registration: Omit<RegistrationFields, 'AccessRoleName'>;
  /** The application's role, for instance of its function. Its name is the application's. Default: one is made. */
  readonly role?: IRole;
  /** Of the role that is made: its name. Default: CloudFormation makes one up. */
  readonly roleName?: string;
  /** Of the role that is made, and required for it: who runs as the application, for instance a service. */
  readonly assumedBy?: IPrincipal;
  /** Of the access role. Default: CloudFormation makes one up. */
  readonly accessRoleName?: string;
  /**
   * Where the broker has registrars: the one that registers. Its trust policy must let the function in
   * ({@link BrokeredApplication.registrationRole}). Default: the application registers itself.
   */
  readonly registrar?: IRole;
  /** The unique id of `role`, `AROA…`, where a registrar registers a role that is not of this CDK application. */
  readonly applicationRoleId?: string;
  /** How long a refusal may be IAM's delay with what is new. Default two minutes. */
  readonly propagation?: Duration;
}

export class BrokeredApplication extends Construct {
  /** The application's own: what it runs as, and asks for credentials with. */
  readonly role: IRole;
  /** What the application gets for a tenant. */
  readonly access: AccessRole;
  /** Of the function that registers: what a registrar's trust policy names. */
  readonly registrationRole: IRole;
  readonly #registration: RegistrationResource;

  /** @throws Error for props that contradict each other, by their names */
  constructor(scope: Construct, id: string, props: BrokeredApplicationProps) {
    super(scope, id);
    refuseContradictions(props);
    const { broker, registration, registrar } = props;
    const registrationFunction = new RegistrationFunction(this, 'RegistrationFunction', {
      propagation: props.propagation ?? Duration.minutes(2),
    });
    this.registrationRole = registrationFunction.role;

    const policies = {
      InvokeCredentials: [credentialsStatement(broker)],
      ...(!registrar && { RegisterApplication: registrationStatements(broker) }),
    };
    const permissions: IDependable[] = [];
    this.role = props.role ?? this.#makeRole(props, policies);
    if (props.role) permissions.push(...this.#givePolicies(props.role, policies));
    if (!registrar) {
      trustPolicyOf(this.role).addStatements(...trustStatements(registrationFunction.role.grantPrincipal));
    }

    const applicationName = this.role.roleName;
    this.access = new AccessRole(this, 'Access', {
      broker,
      registration,
      applicationName,
      roleName: props.accessRoleName,
    });
    this.#registration = new RegistrationResource(this, 'Registration', {
      broker,
      registrationFunction,
      as: registrar ?? this.role,
      applicationName,
      ...(registrar && { applicationRoleId: roleIdOf(this.role, props) }),
      registration: { ...registration, AccessRoleName: this.access.role.roleName },
      after: [this.role, this.access, ...permissions],
    });
    new CfnOutput(this, 'Warnings', {
      description: 'What the IAM Session Broker warned of when it registered the application',
      value: this.warnings,
    });
  }

  /** What the broker sends as external id with every session of the access role. */
  get externalId(): string {
    return this.#registration.attribute('ExternalId');
  }

  get applicationRoleId(): string {
    return this.#registration.attribute('ApplicationRoleId');
  }

  /** A line a warning; `none`. */
  get warnings(): string {
    return this.#registration.attribute('Warnings');
  }

  #makeRole(
    { roleName, assumedBy }: BrokeredApplicationProps,
    policies: Readonly<Record<string, PolicyStatement[]>>,
  ): Role {
    if (!assumedBy) throw new Error('role, assumedBy: give one of the two');
    return new Role(this, 'Role', {
      ...(roleName !== undefined && { roleName }),
      assumedBy,
      // In the role itself: one that is replaced keeps what it needs to be deregistered, until it is gone.
      inlinePolicies: Object.fromEntries(
        Object.entries(policies).map(([name, statements]) => [name, new PolicyDocument({ statements })]),
      ),
    });
  }

  /**
   * Policies beside the role. Their ids have its name in them: for a role that is replaced they are made anew, and the
   * earlier one keeps its own until it is deregistered.
   */
  #givePolicies(role: IRole, policies: Readonly<Record<string, PolicyStatement[]>>): Policy[] {
    const { roleName } = (role.node.defaultChild ?? {}) as CfnResource & { roleName?: unknown };
    const name = JSON.stringify(Stack.of(this).resolve(roleName ?? null));
    const digest = createHash('sha256').update(`${role.node.path} ${name}`).digest('hex').slice(0, 8);
    return Object.entries(policies).map(
      ([id, statements]) => new Policy(this, `${id}${digest}`, { statements, roles: [role] }),
    );
  }
}

function refuseContradictions({
  role,
  roleName,
  assumedBy,
  registrar,
  applicationRoleId,
}: BrokeredApplicationProps) {
  if (role && (roleName !== undefined || assumedBy)) {
    throw new Error('role: is given, so roleName and assumedBy say nothing');
  }
  if (applicationRoleId !== undefined && !registrar) {
    throw new Error('applicationRoleId: is for a registrar, and none is given');
  }
}

function trustPolicyOf(role: IRole): PolicyDocument {
  const { assumeRolePolicy } = role as Partial<Role>;
  if (assumeRolePolicy) return assumeRolePolicy;
  throw new Error(
    'role: is imported, so its trust policy cannot let the registration in; give a role of this application, or a registrar',
  );
}

function roleIdOf(role: IRole, { applicationRoleId }: BrokeredApplicationProps): string {
  const roleId = applicationRoleId ?? (role as Partial<Role>).roleId;
  if (roleId !== undefined) return roleId;
  throw new Error('applicationRoleId: must be given, for the role is imported');
}
