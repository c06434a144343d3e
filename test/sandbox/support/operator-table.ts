// The broker's tables, as an operator with the administrator's rights reaches them.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Sandbox } from '../../../sandbox/sandbox.ts';

/** All tables, as an operator with the administrator's rights reaches them. */
export function operatorsTables({ account, environment }: Sandbox): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(
    new DynamoDBClient({
      endpoint: environment['AWS_ENDPOINT_URL'] as string,
      region: account.region,
      credentials: {
        accessKeyId: environment['AWS_ACCESS_KEY_ID'] as string,
        secretAccessKey: environment['AWS_SECRET_ACCESS_KEY'] as string,
      },
    }),
  );
}

/** The AccessMetadata table, as an operator with the administrator's rights reaches it. */
export class OperatorTable {
  readonly #client: DynamoDBDocumentClient;
  readonly #tableName: string;

  constructor(sandbox: Sandbox) {
    this.#client = operatorsTables(sandbox);
    this.#tableName = sandbox.functions.all[0]?.configuration.variables[
      'ACCESS_METADATA_TABLE_NAME'
    ] as string;
  }

  async item(key: string): Promise<Record<string, unknown> | undefined> {
    const Key = { ApplicationName: key };
    const { Item } = await this.#client.send(
      new GetCommand({ TableName: this.#tableName, Key, ConsistentRead: true }),
    );
    return Item;
  }

  /** Sets fields of an item, and removes others, as an earlier version may have left it. */
  async amend(key: string, fields: Record<string, unknown>, removed: readonly string[] = []): Promise<void> {
    const item = { ...(await this.item(key)), ...fields };
    for (const name of removed) delete item[name];
    await this.#client.send(new PutCommand({ TableName: this.#tableName, Item: item }));
  }

  /** Binds a registration to another unique id, if it is still bound to the old one. */
  async rebind(applicationName: string, oldRoleId: string, newRoleId: string): Promise<void> {
    await this.#client.send(
      new UpdateCommand({
        TableName: this.#tableName,
        Key: { ApplicationName: applicationName },
        UpdateExpression: 'SET ApplicationRoleId = :new',
        ConditionExpression: 'ApplicationRoleId = :old',
        ExpressionAttributeValues: { ':old': oldRoleId, ':new': newRoleId },
      }),
    );
  }
}
