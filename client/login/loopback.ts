// Where the browser brings a portal's answer: a listener on this machine alone, for one answer.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerPage, type Outcome } from './answer-page.ts';
import { isSame } from './same-secret.ts';

const ADDRESS = '127.0.0.1';
const PATH = '/answer';

/** Which answer is waited for. */
export interface Expected {
  readonly state: string;
  /** The portal that was asked, as it names itself: RFC 9207. */
  readonly issuer: string;
}

/** An answer to the request. The browser waits for the page that says how it ended. */
export interface Arrival {
  /** `undefined` where it came from another portal, or has no code. */
  readonly code: string | undefined;
  tell(outcome: Outcome): Promise<void>;
}

export class Loopback {
  readonly redirectUri: string;
  readonly #host: string;

  private constructor(private readonly server: Server) {
    this.#host = `${ADDRESS}:${(server.address() as AddressInfo).port}`;
    this.redirectUri = `http://${this.#host}${PATH}`;
  }

  /**
   * @param port 0: any that is free
   * @throws the system's error, where the port is taken
   */
  static open(port = 0): Promise<Loopback> {
    const server = createServer();
    return new Promise((opened, fail) => {
      server.once('error', fail);
      server.listen(port, ADDRESS, () => opened(new Loopback(server)));
    });
  }

  /**
   * The first answer that has the state. Whatever else comes, from any page that tries ports, is refused, and waited on.
   *
   * @returns `undefined` where none comes in time
   */
  answer(expected: Expected, timeoutMs: number): Promise<Arrival | undefined> {
    return new Promise((arrived) => {
      let isOver = false;
      const end = (arrival?: Arrival) => {
        isOver = true;
        clearTimeout(timer);
        arrived(arrival);
      };
      const timer = setTimeout(end, timeoutMs);
      this.server.on('request', (request: IncomingMessage, response: ServerResponse) => {
        const parameters = isOver ? undefined : this.#parametersOf(request);
        if (!parameters || !isSame(parameters.get('state') ?? '', expected.state))
          return void show(response, 'not awaited');
        const isOurs = isSame(parameters.get('iss') ?? '', expected.issuer);
        const code = parameters.get('code') ?? '';
        end({
          code: isOurs && /^[\w-]{1,512}$/.test(code) ? code : undefined,
          tell: (outcome) => show(response, outcome),
        });
      });
    });
  }

  /** Whoever is still connected is not waited for. */
  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  /** A name that leads here is not this address: what asks by it is a page of another site (DNS rebinding). */
  #parametersOf({ method, url = '', headers }: IncomingMessage): URLSearchParams | undefined {
    if (method !== 'GET' || headers.host !== this.#host || !url.startsWith(`${PATH}?`)) return undefined;
    const parameters = new URLSearchParams(url.slice(PATH.length));
    const isPlain = [...parameters.keys()].every((name) => parameters.getAll(name).length === 1);
    return isPlain ? parameters : undefined;
  }
}

/** Resolves once it is on its way, or the browser has gone. */
function show(response: ServerResponse, outcome: Outcome | 'not awaited'): Promise<void> {
  const { statusCode, headers, html } = answerPage(outcome);
  return new Promise((shown) => {
    response.once('close', shown);
    response.writeHead(statusCode, headers).end(html, shown);
  });
}
