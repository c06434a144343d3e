// What the portal keeps of its users: favourites, what they opened last, and when an operator ended their sessions.
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock } from '../clock.ts';
import { unavailable } from './unavailable.ts';

/** A target that was opened. */
export interface Opened {
  readonly service: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface UserRecord {
  /** Services. */
  readonly favourites: readonly string[];
  /** The latest first, each service once; at most ten. */
  readonly recent: readonly Opened[];
  /** Sessions that began until then are over: milliseconds since the epoch. */
  readonly endedAt: number | undefined;
  /** Whether a session of AWS was ever asked for. */
  readonly hasIssued: boolean;
}

const MOST_RECENT = 10;
const MOST_FAVOURITES = 100;
/** A record that nobody has touched for so long goes. */
const KEPT_SECONDS = 400 * 24 * 3_600;

/** Every method throws PortalError StateUnavailable when DynamoDB fails. */
export class PortalUsers {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
    private readonly now: Clock,
  ) {}

  /** As it is now: a strongly consistent read. */
  async read(userId: string): Promise<UserRecord> {
    try {
      const { Item = {} } = await this.client.send(
        new GetCommand({ TableName: this.tableName, Key: { UserId: userId }, ConsistentRead: true }),
      );
      return recordOf(Item);
    } catch (error) {
      throw unavailable(error);
    }
  }

  /**
   * Notes that a session of this role is about to be asked for, by which an operator finds it to end it: so before it is, and
   * nobody gets one where it cannot be noted.
   *
   * @param sessionName of all the user's sessions
   */
  async noteIssuing(userId: string, record: UserRecord, role: string, sessionName: string): Promise<void> {
    // A path into a map takes that there is one.
    if (!record.hasIssued)
      await this.#update(userId, 'Issued = if_not_exists(Issued, :none)', { ':none': {} });
    await this.#update(
      userId,
      'Issued.#role = :at, SessionName = :sessionName',
      { ':at': this.now(), ':sessionName': sessionName },
      { '#role': role },
    );
  }

  /** Of two that are noted at once, the later one may be the only one kept. */
  async noteOpened(userId: string, record: UserRecord, service: string): Promise<void> {
    const others = record.recent.filter((opened) => opened.service !== service);
    const recent = [{ service, at: this.now() }, ...others].slice(0, MOST_RECENT);
    await this.#set(userId, 'Recent', recent);
  }

  /** As with {@link noteOpened}, of two that are set at once the later one may be the only one kept. */
  async setFavourite(
    userId: string,
    record: UserRecord,
    service: string,
    isFavourite: boolean,
  ): Promise<void> {
    const others = record.favourites.filter((favourite) => favourite !== service);
    const favourites = isFavourite ? [...others, service].slice(-MOST_FAVOURITES) : others;
    await this.#set(userId, 'Favourites', favourites);
  }

  #set(userId: string, attribute: 'Recent' | 'Favourites', value: unknown): Promise<void> {
    return this.#update(userId, '#attribute = :value', { ':value': value }, { '#attribute': attribute });
  }

  async #update(
    userId: string,
    assignments: string,
    values: Readonly<Record<string, unknown>>,
    names?: Readonly<Record<string, string>>,
  ): Promise<void> {
    const ExpiresAt = Math.floor(this.now() / 1000) + KEPT_SECONDS;
    try {
      await this.client.send(
        new UpdateCommand({
          TableName: this.tableName,
          Key: { UserId: userId },
          UpdateExpression: `SET ${assignments}, ExpiresAt = :expiresAt`,
          ExpressionAttributeValues: { ...values, ':expiresAt': ExpiresAt },
          ...(names && { ExpressionAttributeNames: names }),
        }),
      );
    } catch (error) {
      throw unavailable(error);
    }
  }
}

/** What is malformed is not there; but an end that cannot be read ends every session. */
function recordOf({ Favourites, Recent, EndedAt, Issued }: Readonly<Record<string, unknown>>): UserRecord {
  return {
    favourites: listOf(Favourites).filter((service) => typeof service === 'string'),
    recent: listOf(Recent).filter(isOpened),
    endedAt: EndedAt === undefined || typeof EndedAt === 'number' ? EndedAt : Number.POSITIVE_INFINITY,
    hasIssued: Issued !== undefined,
  };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isOpened(value: unknown): value is Opened {
  const { service, at } = (value ?? {}) as Partial<Record<keyof Opened, unknown>>;
  return typeof service === 'string' && typeof at === 'number';
}
