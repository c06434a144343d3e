// CloudWatch Logs, as far as it goes: lines by log group, the newest 20,000 of each.

const maxLines = 20_000;

export class LogGroups {
  readonly #lines = new Map<string, string[]>();
  readonly #followers: ((logGroup: string, line: string) => void)[] = [];

  /** Tells every line that is kept, and from then on each as it arrives. */
  follow(follower: (logGroup: string, line: string) => void): void {
    for (const [logGroup, lines] of this.#lines) for (const line of lines) follower(logGroup, line);
    this.#followers.push(follower);
  }

  /** Throws where the group exists, as CloudFormation fails. */
  create(logGroup: string): void {
    if (this.#lines.has(logGroup)) throw new Error(`The specified log group already exists (${logGroup})`);
    this.#lines.set(logGroup, []);
  }

  /** Creates it unless it exists: what Lambda does for a function without a log group of its own. */
  ensure(logGroup: string): void {
    if (!this.#lines.has(logGroup)) this.create(logGroup);
  }

  /** Its lines go with it. */
  delete(logGroup: string): void {
    this.#lines.delete(logGroup);
  }

  has(logGroup: string): boolean {
    return this.#lines.has(logGroup);
  }

  append(logGroup: string, line: string): void {
    const lines = this.#lines.get(logGroup);
    if (!lines) throw new Error(`no log group ${logGroup}`);
    lines.push(line);
    if (lines.length > maxLines) lines.shift();
    for (const follow of this.#followers) follow(logGroup, line);
  }

  /** The lines of one group, or of all; the oldest of each group first. */
  lines(logGroup?: string): string[] {
    return logGroup === undefined ? [...this.#lines.values()].flat() : [...(this.#lines.get(logGroup) ?? [])];
  }
}
