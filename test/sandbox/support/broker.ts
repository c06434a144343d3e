// Applications of a sandbox's broker: their roles, their requests, their users' tokens.
import { type Clients, createClients, type Outputs, readOutputs } from '../../../client/account/clients.ts';
import { createUser, signIn } from '../../../client/account/pool-user.ts';
import {
  accessTrustPolicy,
  credentialsPolicy,
  INVOKE_CREDENTIALS,
  type InlinePolicies,
  REGISTER_APPLICATION,
  registrationPolicy,
  serviceTrustPolicy,
} from '../../../client/account/roles.ts';
import {
  type BrokerAnswer,
  type Credentials,
  callBroker,
  requestFor,
} from '../../../client/broker-client.ts';
import type { Caller, PolicyDocument, Role } from '../../../sandbox/identities/identities.ts';
import type { Sandbox } from '../../../sandbox/sandbox.ts';
import type { RepeatableRequest } from './load.ts';

export interface ApplicationOptions {
  /** What the access role's trust policy allows the service role. Default: AssumeRole and TagSession. */
  readonly trustActions?: string[];
  readonly trustCondition?: object;
  /** IAM tags of the access role itself. */
  readonly accessRoleTags?: Record<string, string>;
  /** Whether the application's role may call the API: for credentials, and to register. Default true. */
  readonly mayCall?: boolean;
}

export interface CallOptions {
  readonly query?: Record<string, string>;
  /** Default: of the application's own role. */
  readonly credentials?: Credentials;
}

/** The broker of one sandbox, and what its tests create around it. */
export class Broker {
  readonly #tokens = new Map<string, Promise<string>>();

  private constructor(
    readonly sandbox: Sandbox,
    readonly clients: Clients,
    readonly outputs: Outputs,
  ) {}

  /** @param environment whose stacks are deployed in it, as their names spell it */
  static async of(sandbox: Sandbox, environment = 'Sandbox'): Promise<Broker> {
    const { environment: variables } = sandbox;
    const clients = createClients({
      region: sandbox.account.region,
      endpoint: variables['AWS_ENDPOINT_URL'] as string,
      credentials: {
        accessKeyId: variables['AWS_ACCESS_KEY_ID'] as string,
        secretAccessKey: variables['AWS_SECRET_ACCESS_KEY'] as string,
      },
      forcePathStyle: true,
    });
    return new Broker(sandbox, clients, await readOutputs(clients.cloudFormation, environment));
  }

  /** Creates the two roles of an application, `name` and `nameAccess`. */
  createApplication(name: string, options: ApplicationOptions = {}): BrokerApplication {
    const { identities } = this.sandbox.account;
    this.createAccessRole(`${name}Access`, options);
    const role = identities.createRole({
      roleName: name,
      trustPolicy: serviceTrustPolicy(this.sandbox.account),
      ...(options.mayCall !== false && { inlinePolicies: mayCall(this.sandbox) }),
    });
    return new BrokerApplication(this, name, sessionOf(this.sandbox, role));
  }

  /** Creates a role that the broker may assume. */
  createAccessRole(roleName: string, options: ApplicationOptions = {}): Role {
    const trust = accessTrustPolicy(this.sandbox.account, this.outputs.servicePrincipalRoleName);
    return this.sandbox.account.identities.createRole({
      roleName,
      ...(options.accessRoleTags && { tags: options.accessRoleTags }),
      trustPolicy: amended(trust, { Action: options.trustActions, Condition: options.trustCondition }),
    });
  }

  /** Deletes an access role, and creates it anew under its name: for IAM it is another role. */
  recreateAccessRole(roleName: string, options: ApplicationOptions = {}): Role {
    this.sandbox.account.identities.deleteRole(roleName);
    return this.createAccessRole(roleName, options);
  }

  /** The audit records of an application's requests so far, in order. */
  recordsOf(application: string): Record<string, unknown>[] {
    return this.sandbox
      .logs()
      .flatMap((line) => (line.includes('"outcome"') ? [JSON.parse(line) as Record<string, unknown>] : []))
      .filter((record) => record['application'] === application);
  }

  /** Changes what the statement of a role's trust policy says. */
  setTrustPolicy(roleName: string, changes: TrustChanges): void {
    const { identities } = this.sandbox.account;
    const trust = identities.shownTrustPolicy(identities.role(roleName));
    identities.updateTrustPolicy(roleName, amended(trust, changes));
  }

  deleteApplication({ roleName, accessRoleName }: BrokerApplication): void {
    const { identities } = this.sandbox.account;
    for (const policy of Object.keys(mayCall(this.sandbox))) identities.deleteRolePolicy(roleName, policy);
    identities.deleteRole(roleName);
    identities.deleteRole(accessRoleName);
  }

  /** An IAM user who may call the API. */
  createUser(userName: string): Credentials {
    const { identities } = this.sandbox.account;
    identities.createUser({ userName });
    for (const [name, policy] of Object.entries(mayCall(this.sandbox))) {
      identities.putUserPolicy(userName, name, policy);
    }
    return identities.createAccessKey(userName);
  }

  /** A role of another account, whose own policies let it call this API. */
  createForeignRole(roleName: string): Credentials {
    const role = this.sandbox.account.identities.createRole({
      roleName,
      accountId: '999999999999',
      trustPolicy: serviceTrustPolicy(this.sandbox.account),
      inlinePolicies: mayCall(this.sandbox),
    });
    return sessionOf(this.sandbox, role);
  }

  /** The ID token of a user of this tenant, who signs in once. */
  tokenOf(tenant: string): Promise<string> {
    const known = this.#tokens.get(tenant);
    if (known) return known;
    const token = this.#signIn(tenant);
    this.#tokens.set(tenant, token);
    return token;
  }

  /** Whom issued credentials make their holder. */
  sessionOf(credentials: Record<string, unknown>): Extract<Caller, { kind: 'session' }> {
    const found = this.sandbox.account.identities.findAccessKey(String(credentials['AccessKeyId']));
    if (found?.caller.kind !== 'session') throw new Error('no session has this access key id');
    return found.caller;
  }

  async #signIn(tenant: string): Promise<string> {
    const { cognito } = this.clients;
    const { userPoolId, userPoolClientId: clientId } = this.outputs;
    const username = `user-of-${tenant.replaceAll(' ', '-')}`;
    const attributes = { 'custom:tenant_id': tenant, 'custom:role': 'Admin' };
    const { password } = await createUser(cognito, { userPoolId, username }, attributes);
    return signIn(cognito, { clientId, username, password });
  }
}

export class BrokerApplication {
  readonly accessRoleName: string;

  constructor(
    private readonly broker: Broker,
    readonly roleName: string,
    readonly own: Credentials,
  ) {
    this.accessRoleName = `${roleName}Access`;
  }

  /** The smallest registration, of the sandbox's identity provider. */
  registration(): Record<string, unknown> & { AccessRoleName: string } {
    return {
      AccessRoleName: this.accessRoleName,
      SessionTagKey: 'TenantID',
      JWTClaimName: 'custom:tenant_id',
      JWKSetURL: this.broker.outputs.jwksUrl,
    };
  }

  call(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: 'applications' | 'credentials' | 'grants',
    body?: unknown,
    { query, credentials = this.own }: CallOptions = {},
  ): Promise<BrokerAnswer> {
    const { account, environment } = this.broker.sandbox;
    const { ISB_API_ENDPOINT: endpoint = '', ISB_RESOLVE: resolve } = environment;
    return callBroker(
      { endpoint, region: account.region, resolve },
      { method, path, ...(body !== undefined && { body }), ...(query && { query }) },
      credentials,
    );
  }

  /** `POST /credentials` for a user of this tenant, signed and ready to be sent, more than once too. */
  async credentialsRequest(tenant: string): Promise<RepeatableRequest> {
    const { outputs, sandbox } = this.broker;
    const body = { JWT: await this.broker.tokenOf(tenant) };
    const api = { endpoint: outputs.endpoint, region: sandbox.account.region };
    return requestFor(api, { method: 'POST', path: 'credentials', body }, this.own);
  }

  /** `GET /credentials` for a user of this tenant. */
  async credentials(tenant: string): Promise<BrokerAnswer> {
    return this.call('GET', 'credentials', undefined, { query: { jwt: await this.broker.tokenOf(tenant) } });
  }
}

/** An application that registers itself, at any time, and asks for credentials. */
function mayCall({ account }: Sandbox): InlinePolicies {
  return {
    [INVOKE_CREDENTIALS]: credentialsPolicy(account),
    [REGISTER_APPLICATION]: registrationPolicy(account),
  };
}

function sessionOf(
  { account }: Sandbox,
  role: Parameters<typeof account.identities.issueSession>[0],
): Credentials {
  return account.identities.issueSession(role, { sessionName: role.roleName, durationSeconds: 3_600 });
}

/** What a trust policy of two statements, one an action, says otherwise. */
interface TrustChanges {
  /** Statements of other actions are left out. */
  readonly Action?: readonly string[] | undefined;
  /** Of AssumeRole; of TagSession too, where it has the keys. */
  readonly Condition?: object | undefined;
  readonly Principal?: object;
}

function amended(trust: object, { Action, Condition, ...others }: TrustChanges): PolicyDocument {
  const { Statement } = trust as { Statement: { Action: string }[] };
  const hasKeysOfAssumeRole = /sts:(ExternalId|RoleSessionName)/.test(JSON.stringify(Condition ?? {}));
  return {
    ...trust,
    Statement: Statement.filter((statement) => Action?.includes(statement.Action) ?? true).map(
      (statement) => ({
        ...statement,
        ...others,
        ...(Condition && !(hasKeysOfAssumeRole && statement.Action === 'sts:TagSession') && { Condition }),
      }),
    ),
  };
}
