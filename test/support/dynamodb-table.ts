// A table in a DynamoDB stand-in, and clients of it that can be made to fail: AccessMetadata, unless a test has another.
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient, ScalarAttributeType } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  ScanCommand,
} from '@aws-sdk/lib-dynamodb';
import { transactional } from '../../sandbox/services/dynamodb/transactional.ts';

type Dynalite = (options: { createTableMs: number }) => Server;
const dynalite = createRequire(import.meta.url)('dynalite') as Dynalite;

type Item = Record<string, unknown> & { readonly ApplicationName: string };

/**
 * How a request fails: not at all, before DynamoDB sees it, or after it was carried out, when its answer is lost; or it
 * is held before DynamoDB sees it.
 */
export type Fault = 'none' | 'refused' | 'lost' | Hold;

/** Where a request stops until the test lets it go on, as in an execution environment that is frozen. */
export class Hold {
  /** Resolves when a request has come this far. */
  readonly reached: Promise<void>;
  readonly #released: Promise<void>;
  #reach!: () => void;
  release!: () => void;

  constructor() {
    this.reached = new Promise((resolve) => {
      this.#reach = resolve;
    });
    this.#released = new Promise((resolve) => {
      this.release = resolve;
    });
  }

  /** What the request awaits. */
  stop(): Promise<void> {
    this.#reach();
    return this.#released;
  }
}

export class DynamoDbTable {
  readonly #server: Server;
  readonly #faults: Fault[] = [];
  readonly #document: DynamoDBDocumentClient;
  #down = false;
  /** Requests that reached this table's clients, retries among them. */
  requests = 0;
  readonly client: DynamoDBDocumentClient;

  private constructor(
    server: Server,
    readonly name: string,
    private readonly key: string,
  ) {
    this.#server = server;
    this.#document = DynamoDBDocumentClient.from(this.#connect(1));
    // As the deployed function has it: one retry.
    this.client = DynamoDBDocumentClient.from(this.#faulty(this.#connect(2)));
  }

  /** @param key the attribute that is the partition key */
  static async start(name = 'AccessMetadata', key = 'ApplicationName'): Promise<DynamoDbTable> {
    const server = transactional(dynalite({ createTableMs: 0 }));
    // A connection that is closed for its idleness just as it is used again would be a fault nobody asked for.
    server.keepAliveTimeout = 0;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const table = new DynamoDbTable(server, name, key);
    await table.#document.send(
      new CreateTableCommand({
        TableName: table.name,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: key, AttributeType: ScalarAttributeType.S }],
      }),
    );
    return table;
  }

  async stop(): Promise<void> {
    this.#document.destroy();
    this.client.destroy();
    this.#server.closeAllConnections();
    await new Promise<void>((resolve, reject) =>
      this.#server.close((error) => (error ? reject(error) : resolve())),
    );
  }

  /** Empties the table and forgets every fault. */
  async reset(): Promise<void> {
    this.#faults.length = 0;
    this.#down = false;
    this.requests = 0;
    for (const item of await this.items()) await this.remove(String(item[this.key]));
  }

  /** The faults of the next requests of `client`, one each; a retry is a request. */
  failNext(...faults: Fault[]): void {
    this.#faults.push(...faults);
  }

  /** Refuses every request of `client` while it is true. */
  set down(down: boolean) {
    this.#down = down;
  }

  async items(): Promise<Item[]> {
    const { Items } = await this.#document.send(
      new ScanCommand({ TableName: this.name, ConsistentRead: true }),
    );
    return (Items ?? []) as Item[];
  }

  async item(key: string): Promise<Item | undefined> {
    const { Item } = await this.#document.send(
      new GetCommand({ TableName: this.name, Key: { [this.key]: key }, ConsistentRead: true }),
    );
    return Item as Item | undefined;
  }

  async put(item: Item): Promise<void> {
    await this.#document.send(new PutCommand({ TableName: this.name, Item: item }));
  }

  async remove(key: string): Promise<void> {
    await this.#document.send(new DeleteCommand({ TableName: this.name, Key: { [this.key]: key } }));
  }

  #connect(maxAttempts: number): DynamoDBClient {
    const { port } = this.#server.address() as AddressInfo;
    return new DynamoDBClient({
      endpoint: `http://127.0.0.1:${port}`,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
      maxAttempts,
    });
  }

  /** Faults stand below the SDK's retries, where the network is. */
  #faulty(client: DynamoDBClient): DynamoDBClient {
    client.middlewareStack.add(
      (next) => async (args) => {
        this.requests += 1;
        const fault = this.#down ? 'refused' : this.#faults.shift();
        if (fault === 'refused') throw connectionError('ECONNREFUSED');
        if (fault instanceof Hold) await fault.stop();
        const answer = next(args);
        if (fault !== 'lost') return answer;
        await answer.catch(() => undefined);
        throw connectionError('ECONNRESET');
      },
      { step: 'deserialize', name: 'faults', priority: 'high' },
    );
    return client;
  }
}

function connectionError(code: string): Error {
  return Object.assign(new Error(`the connection failed: ${code}`), { code });
}
