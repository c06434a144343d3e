// CloudWatch Logs' store, as far as it goes: log events by log group, the newest 20,000 of each.

const maxEvents = 20_000;

export interface LogEvent {
  /** Digits: later events have larger ones. */
  readonly eventId: string;
  readonly logStream: string;
  /** When it arrived, by the account's clock: milliseconds since the epoch. */
  readonly timestamp: number;
  readonly message: string;
}

interface LogGroup {
  readonly createdAt: number;
  readonly events: LogEvent[];
}

export class LogGroups {
  readonly #groups = new Map<string, LogGroup>();
  readonly #followers: ((logGroup: string, line: string) => void)[] = [];
  #count = 0;

  /** @param now the account's clock */
  constructor(private readonly now: () => number = Date.now) {}

  /** Tells every line that is kept, and from then on each as it arrives. */
  follow(follower: (logGroup: string, line: string) => void): void {
    for (const [logGroup, { events }] of this.#groups)
      for (const { message } of events) follower(logGroup, message);
    this.#followers.push(follower);
  }

  /** Throws where the group exists, as CloudFormation fails. */
  create(logGroup: string): void {
    if (this.#groups.has(logGroup)) throw new Error(`The specified log group already exists (${logGroup})`);
    this.#groups.set(logGroup, { createdAt: this.now(), events: [] });
  }

  /** Creates it unless it exists: what Lambda does for a function without a log group of its own. */
  ensure(logGroup: string): void {
    if (!this.#groups.has(logGroup)) this.create(logGroup);
  }

  /** Its lines go with it. */
  delete(logGroup: string): void {
    this.#groups.delete(logGroup);
  }

  has(logGroup: string): boolean {
    return this.#groups.has(logGroup);
  }

  /** Every group and when it was created, by name. */
  get all(): readonly { readonly name: string; readonly createdAt: number }[] {
    const groups = [...this.#groups].map(([name, { createdAt }]) => ({ name, createdAt }));
    return groups.sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  /** @param logStream whose line it is: an execution environment's, or the stage's */
  append(logGroup: string, line: string, logStream = 'sandbox'): void {
    const group = this.#groups.get(logGroup);
    if (!group) throw new Error(`no log group ${logGroup}`);
    this.#count += 1;
    const eventId = String(this.#count).padStart(56, '0');
    group.events.push({ eventId, logStream, timestamp: this.now(), message: line });
    if (group.events.length > maxEvents) group.events.shift();
    for (const follow of this.#followers) follow(logGroup, line);
  }

  /** The events of a group, the oldest first, whatever the account's clock did meanwhile. */
  events(logGroup: string): LogEvent[] {
    const { events = [] } = this.#groups.get(logGroup) ?? {};
    return [...events].sort((one, other) => one.timestamp - other.timestamp);
  }

  /** The lines of one group, or of all; the oldest of each group first. */
  lines(logGroup?: string): string[] {
    const groups = logGroup === undefined ? [...this.#groups.values()] : [this.#groups.get(logGroup)];
    return groups.flatMap((group) => group?.events.map(({ message }) => message) ?? []);
  }
}
