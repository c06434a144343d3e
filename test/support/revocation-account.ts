// An account as `isb revoke` has it before it: a role's policies in IAM, registrations in DynamoDB, and STS's time.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteRolePolicyCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { DynamoDBDocumentClient, GetCommand, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { Registrations } from '../../client/cli/registrations.ts';
import { Revocation } from '../../client/cli/revocation.ts';
import { type documentOf, RoleDenials } from '../../client/cli/role-denials.ts';
import { itemOf, type StoredRegistration } from '../../service/registrations/stored-registration.ts';
import type { FrozenClock } from './clock.ts';

const TABLE = 'AccessMetadata';

type Document = ReturnType<typeof documentOf>;
type Item = Record<string, unknown>;

/** What is asked of AWS, in its own words; `wait` is the operator's. */
export type Request =
  | 'DeleteRolePolicy'
  | 'GetCallerIdentity'
  | 'GetItem'
  | 'GetRolePolicy'
  | 'ListRolePolicies'
  | 'PutRolePolicy'
  | 'Scan'
  | 'UpdateItem'
  | 'wait';

export class RevocationAccount {
  readonly items = new Map<string, Item>();
  readonly policies = new Map<string, Document>();
  /** Every request to which AWS has answered, in order. */
  readonly requests: Request[] = [];
  /** What stands before every request: a test holds it, fails it, or changes what it finds. */
  before: (request: Request) => Promise<unknown> = async () => undefined;
  /** So many of the last writes IAM does not show yet in its lists. */
  lag = 0;
  readonly #iam = new IAMClient({ region: 'eu-west-1' });
  /** Names of the policies after each write, oldest first. */
  readonly #lists: string[][] = [[]];

  constructor(private readonly clock: FrozenClock) {
    this.#serveIam();
  }

  /**
   * A client of the table.
   *
   * @param received what stands between DynamoDB's answer and who asked
   */
  documents(received: () => Promise<unknown> = async () => undefined): DynamoDBDocumentClient {
    const client = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-west-1' }));
    this.#serveDynamoDb(client, received);
    return client;
  }

  put(...registrations: StoredRegistration[]): void {
    for (const stored of registrations) this.items.set(stored.applicationName, { ...itemOf(stored) });
  }

  /** An operator's command: while it waits, time passes. */
  operator(): Revocation {
    return new Revocation({
      registrations: new Registrations(this.documents(), TABLE),
      denials: new RoleDenials(this.#iam),
      stsTime: () => this.#answer('GetCallerIdentity', () => Math.floor(this.clock.now() / 1000) * 1000),
      wait: (ms) => this.#answer('wait', () => this.clock.advance(ms)),
    });
  }

  /** Whether one of the role's policies denies everything to a session that was issued then, for this tenant. */
  denies(issuedAt: number, tenant: string): boolean {
    return [...this.policies.values()].some(({ Statement: [statement] }) => {
      const { DateLessThan, StringEquals } = (statement as Document['Statement'][number]).Condition;
      const values: readonly string[] | undefined = StringEquals?.['aws:PrincipalTag/TenantID'];
      return issuedAt < Date.parse(DateLessThan['aws:TokenIssueTime']) && (values?.includes(tenant) ?? true);
    });
  }

  async #answer<T>(request: Request, answer: () => T): Promise<T> {
    await this.before(request);
    const answered = answer();
    this.requests.push(request);
    return answered;
  }

  #serveIam(): void {
    const iam = mockClient(this.#iam);
    const written = () => this.#lists.push([...this.policies.keys()]);
    iam.on(ListRolePoliciesCommand).callsFake(() =>
      this.#answer('ListRolePolicies', () => ({
        PolicyNames: this.#lists.at(-1 - Math.min(this.lag, this.#lists.length - 1)),
        IsTruncated: false,
      })),
    );
    iam.on(GetRolePolicyCommand).callsFake(({ PolicyName }) =>
      this.#answer('GetRolePolicy', () => {
        const document = this.policies.get(PolicyName);
        if (!document) throw named('NoSuchEntityException');
        return { PolicyDocument: encodeURIComponent(JSON.stringify(document)) };
      }),
    );
    iam.on(PutRolePolicyCommand).callsFake(({ PolicyName, PolicyDocument }) =>
      this.#answer('PutRolePolicy', () => {
        this.policies.set(PolicyName, JSON.parse(PolicyDocument));
        written();
        return {};
      }),
    );
    iam.on(DeleteRolePolicyCommand).callsFake(({ PolicyName }) =>
      this.#answer('DeleteRolePolicy', () => {
        if (!this.policies.delete(PolicyName)) throw named('NoSuchEntityException');
        written();
        return {};
      }),
    );
  }

  #serveDynamoDb(client: DynamoDBDocumentClient, received: () => Promise<unknown>): void {
    const dynamoDb = mockClient(client);
    dynamoDb.on(GetCommand).callsFake(async ({ Key }) => {
      const answer = await this.#answer('GetItem', () => ({
        Item: structuredClone(this.items.get(Key.ApplicationName)),
      }));
      await received();
      return answer;
    });
    dynamoDb
      .on(ScanCommand)
      .callsFake(() => this.#answer('Scan', () => ({ Items: structuredClone([...this.items.values()]) })));
    dynamoDb.on(UpdateCommand).callsFake(({ Key, ExpressionAttributeValues: values }) =>
      this.#answer('UpdateItem', () => {
        const item = this.items.get(Key.ApplicationName);
        if (item?.['Version'] !== values[':read']) throw named('ConditionalCheckFailedException');
        this.items.set(Key.ApplicationName, {
          ...item,
          Version: values[':new'],
          RevokedAt: values[':revokedAt'],
        });
        return {};
      }),
    );
  }
}

/** An error as the SDK gives it to its caller. */
export function named(name: string): Error {
  return Object.assign(new Error(`AWS says ${name}`), { name });
}
