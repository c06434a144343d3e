// The portal's table of users as an operator reaches it: what was handed out to a user, and the mark that ends their sessions.
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { CommandFailure } from './command.ts';

/** What the portal has noted of a user. */
export interface PortalUser {
  /** RoleSessionName and source identity of the user's sessions of AWS; absent: none was ever asked for. */
  readonly sessionName: string | undefined;
  /** ARN of a role → when a session of it was last asked for: milliseconds since the epoch. */
  readonly issued: ReadonlyMap<string, number>;
  /** Sessions of the portal that began until then are over: milliseconds since the epoch. */
  readonly endedAt: number | undefined;
}

/** As long as the portal keeps a user whom nobody has touched: service/portal-sessions/portal-users.ts. */
const KEPT_SECONDS = 400 * 24 * 3_600;

export class PortalUserTable {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
  ) {}

  /**
   * As it is now; `undefined` where nothing was noted.
   * @throws CommandFailure for an item that cannot be read: what it holds may be missed
   */
  async read(userId: string): Promise<PortalUser | undefined> {
    const { Item } = await this.client.send(
      new GetCommand({ TableName: this.tableName, Key: { UserId: userId }, ConsistentRead: true }),
    );
    if (!Item) return undefined;
    const { SessionName: sessionName, Issued = {}, EndedAt: endedAt } = Item;
    const issued = new Map(Object.entries(Object(Issued) as Record<string, unknown>));
    if (
      (sessionName !== undefined && typeof sessionName !== 'string') ||
      (endedAt !== undefined && typeof endedAt !== 'number') ||
      ![...issued.values()].every((at) => typeof at === 'number')
    )
      throw new CommandFailure(`what the table ${this.tableName} holds for the user cannot be read`);
    return { sessionName, issued: issued as Map<string, number>, endedAt };
  }

  /** Ends the sessions of the portal that began until then. A later end stays. */
  async end(userId: string, at: number): Promise<void> {
    await this.client
      .send(
        new UpdateCommand({
          TableName: this.tableName,
          Key: { UserId: userId },
          UpdateExpression: 'SET EndedAt = :at, ExpiresAt = :expiresAt',
          ConditionExpression: 'attribute_not_exists(EndedAt) OR EndedAt < :at',
          ExpressionAttributeValues: { ':at': at, ':expiresAt': Math.floor(at / 1000) + KEPT_SECONDS },
        }),
      )
      .catch((error: unknown) => {
        if (!(error instanceof Error && error.name === 'ConditionalCheckFailedException')) throw error;
      });
  }
}
