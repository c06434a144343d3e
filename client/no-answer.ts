// A request that was not answered: whose address did not, and how far it came.
import type { Socket } from 'node:net';

/** Says where the request went and why it ended there, and nothing of what was sent: no path, no query. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** Follows a request's connection, to tell afterwards how far it came. */
export class Journey {
  readonly #addresses = new Set<string>();
  #stage = 'no address for';

  /** @param address the target's, where none is looked up */
  constructor(
    private readonly target: URL,
    address: string | undefined,
  ) {
    this.#reached('no connection to', address);
  }

  follow(socket: Socket): void {
    if (!socket.connecting) {
      // Kept alive from an earlier request.
      this.#arrived(socket);
      this.#stage = 'no answer from';
      return;
    }
    socket.on('lookup', (_, address) => this.#reached('no connection to', address));
    socket.on('connectionAttempt', (address) => this.#reached('no connection to', address));
    socket.once('connect', () => {
      this.#arrived(socket);
      this.#stage = this.target.protocol === 'https:' ? 'no TLS with' : 'no answer from';
    });
    socket.once('secureConnect', () => {
      this.#stage = 'no answer from';
    });
  }

  /** The request failed. Its error's message could quote what was sent. */
  failed(error: NodeJS.ErrnoException): NoAnswer {
    const attempts = error instanceof AggregateError ? error.errors : [error];
    for (const { address } of attempts as { address?: string }[]) this.#reached('no connection to', address);
    return this.ended(error.code ?? error.name, error);
  }

  ended(why: string, cause?: Error): NoAnswer {
    const { hostname, origin } = this.target;
    const addresses = [...this.#addresses].filter((address) => address !== hostname.replace(/^\[|\]$/g, ''));
    const where = addresses.length > 0 ? `${origin} (${addresses.join(', ')})` : origin;
    return new NoAnswer(`${this.#stage} ${where}: ${why}`, { cause });
  }

  #reached(stage: string, address: string | undefined): void {
    if (!address) return;
    this.#addresses.add(address);
    this.#stage = stage;
  }

  #arrived({ remoteAddress }: Socket): void {
    if (remoteAddress === undefined) return;
    this.#addresses.clear();
    this.#addresses.add(remoteAddress);
  }
}
