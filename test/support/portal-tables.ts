// The portal's tables in a DynamoDB stand-in.
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';

type Dynalite = (options: { createTableMs: number }) => Server;
const dynalite = createRequire(import.meta.url)('dynalite') as Dynalite;

/** Of each table, its partition key. */
const keys = { Sessions: 'SessionHash', Users: 'UserId', SignIns: 'Key' } as const;

export class PortalTables {
  private constructor(
    private readonly server: Server,
    /** Where DynamoDB is. */
    readonly endpoint: string,
    readonly client: DynamoDBDocumentClient,
  ) {}

  static async start(): Promise<PortalTables> {
    const server = dynalite({ createTableMs: 0 });
    // A connection that is closed for its idleness just as it is used again would be a fault nobody asked for.
    server.keepAliveTimeout = 0;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const endpoint = `http://127.0.0.1:${port}`;
    const client = DynamoDBDocumentClient.from(
      new DynamoDBClient({
        endpoint,
        region: 'eu-west-1',
        credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
        maxAttempts: 1,
      }),
    );
    for (const [TableName, AttributeName] of Object.entries(keys)) {
      await client.send(
        new CreateTableCommand({
          TableName,
          BillingMode: 'PAY_PER_REQUEST',
          KeySchema: [{ AttributeName, KeyType: 'HASH' }],
          AttributeDefinitions: [{ AttributeName, AttributeType: 'S' }],
        }),
      );
    }
    return new PortalTables(server, endpoint, client);
  }

  /** Everything that a table holds. */
  async items(TableName: keyof typeof keys): Promise<Record<string, unknown>[]> {
    const { Items = [] } = await this.client.send(new ScanCommand({ TableName }));
    return Items;
  }

  async stop(): Promise<void> {
    this.client.destroy();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
