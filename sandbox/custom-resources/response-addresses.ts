// The addresses that custom resources answer to: on loopback, each for one PUT, as a presigned URL of S3 would be.
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { type LoopbackListener, listenOnLoopback } from '../loopback-listener.ts';

export interface CustomResourceAnswer {
  readonly Status?: string;
  readonly Reason?: string;
  readonly PhysicalResourceId?: string;
  readonly StackId?: string;
  readonly RequestId?: string;
  readonly LogicalResourceId?: string;
  readonly Data?: Readonly<Record<string, unknown>>;
  readonly NoEcho?: boolean;
  /** Set here, where it is none that could be read. */
  readonly problem?: string;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html */
const MAX_ANSWER_BYTES = 4_096;

export class ResponseAddresses {
  readonly #awaited = new Map<string, CustomResourceAnswer | undefined>();
  #listener!: LoopbackListener;

  private constructor() {}

  static async open(): Promise<ResponseAddresses> {
    const addresses = new ResponseAddresses();
    const server = () => createServer((request, response) => void addresses.#answer(request, response));
    addresses.#listener = await listenOnLoopback(server, 0);
    return addresses;
  }

  /** An address, and what came to it; taking that ends it. */
  issue(): { readonly url: string; take(): CustomResourceAnswer | undefined } {
    const path = `/${randomBytes(24).toString('base64url')}`;
    this.#awaited.set(path, undefined);
    return {
      url: `http://127.0.0.1:${this.#listener.port}${path}?signed=yes`,
      take: () => {
        const answer = this.#awaited.get(path);
        this.#awaited.delete(path);
        return answer;
      },
    };
  }

  close(): Promise<void> {
    return this.#listener.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request).catch(() => undefined);
    const [path = ''] = (request.url ?? '').split('?');
    const isSigned = request.method === 'PUT' && this.#awaited.has(path) && !request.headers['content-type'];
    // What is signed is a PUT without a content type: S3 refuses another one as wrongly signed.
    if (!body || !isSigned) return void response.writeHead(403).end();
    // The first answer counts.
    if (this.#awaited.get(path) === undefined) this.#awaited.set(path, answerIn(body));
    response.writeHead(200).end();
  }
}

function answerIn(body: Buffer): CustomResourceAnswer {
  if (body.length > MAX_ANSWER_BYTES) return { problem: 'Response object is too long.' };
  try {
    const { problem: _, ...answer } = Object(JSON.parse(body.toString('utf8'))) as CustomResourceAnswer;
    return answer;
  } catch {
    return { problem: 'Invalid response object' };
  }
}
