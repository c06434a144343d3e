// The portal's sessions: a table of hashes of what browsers hold, so that who reads it can be nobody.
import { createHash, randomBytes } from 'node:crypto';
import { DeleteCommand, type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock } from '../clock.ts';
import type { User } from '../sign-in/user.ts';
import type { PortalSession } from './portal-session.ts';
import { newSession } from './portal-session.ts';
import { unavailable } from './unavailable.ts';

/** 256 bits, in base64url. */
const SESSION_ID = /^[\w-]{43}$/;

/** Every method throws PortalError StateUnavailable when DynamoDB fails. */
export class PortalSessions {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
    private readonly now: Clock,
  ) {}

  /**
   * Starts a session, always under a new id: what a browser sent before it signed in is never adopted.
   *
   * @returns the id, which only the browser's cookie has from now on
   */
  async start(user: User, sessionSeconds: number): Promise<{ id: string; session: PortalSession }> {
    const id = randomBytes(32).toString('base64url');
    const session = newSession(user, this.now(), sessionSeconds);
    const { id: UserId, groups, groupsOverage, tenant, validUntil } = user;
    const Item = {
      SessionHash: sessionHashOf(id),
      UserId,
      Groups: groups,
      GroupsOverage: groupsOverage,
      ...(tenant !== undefined && { Tenant: tenant }),
      ...(validUntil !== undefined && { ValidUntil: validUntil }),
      SignedInAt: session.signedInAt,
      EndsAt: session.expiresAt,
      // DynamoDB's time to live, in seconds; it may be days late, so that it decides nothing.
      ExpiresAt: Math.ceil(session.expiresAt / 1000),
    };
    try {
      await this.client.send(new PutCommand({ TableName: this.tableName, Item }));
    } catch (error) {
      throw unavailable(error);
    }
    return { id, session };
  }

  /** The session that goes on under this id; `undefined` where there is none, or it has ended. */
  async find(id: string | undefined): Promise<PortalSession | undefined> {
    return id === undefined || !SESSION_ID.test(id) ? undefined : this.findByHash(sessionHashOf(id));
  }

  /** As {@link find}, for whoever kept the hash of the id. */
  async findByHash(SessionHash: string): Promise<PortalSession | undefined> {
    try {
      const { Item } = await this.client.send(
        new GetCommand({
          TableName: this.tableName,
          Key: { SessionHash },
          ConsistentRead: true,
        }),
      );
      const session = Item && sessionOf(Item);
      return session && session.expiresAt > this.now() ? session : undefined;
    } catch (error) {
      throw unavailable(error);
    }
  }

  async end(id: string | undefined): Promise<void> {
    if (id === undefined || !SESSION_ID.test(id)) return;
    try {
      await this.client.send(
        new DeleteCommand({ TableName: this.tableName, Key: { SessionHash: sessionHashOf(id) } }),
      );
    } catch (error) {
      throw unavailable(error);
    }
  }
}

/** SHA-256, in base64url: what the tables know of a session's id. */
export function sessionHashOf(id: string): string {
  return createHash('sha256').update(id).digest('base64url');
}

/** An item that is malformed is no session. */
function sessionOf(item: Readonly<Record<string, unknown>>): PortalSession | undefined {
  const { UserId, Groups, GroupsOverage, Tenant, ValidUntil, SignedInAt, EndsAt } = item;
  if (
    typeof UserId !== 'string' ||
    !Array.isArray(Groups) ||
    !Groups.every((group): group is string => typeof group === 'string') ||
    typeof GroupsOverage !== 'boolean' ||
    (Tenant !== undefined && typeof Tenant !== 'string') ||
    (ValidUntil !== undefined && typeof ValidUntil !== 'number') ||
    typeof SignedInAt !== 'number' ||
    typeof EndsAt !== 'number'
  )
    return undefined;
  return {
    user: {
      id: UserId,
      groups: Groups,
      groupsOverage: GroupsOverage,
      ...(Tenant !== undefined && { tenant: Tenant }),
      ...(ValidUntil !== undefined && { validUntil: ValidUntil }),
    },
    signedInAt: SignedInAt,
    expiresAt: EndsAt,
  };
}
