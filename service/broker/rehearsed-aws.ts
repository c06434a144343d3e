// What stands for AWS in the rehearsal: answers as DynamoDB and STS make them, at once, and without asking anybody.
import { Readable } from 'node:stream';

/** A request of the SDK, as far as it is looked at. */
export interface RehearsedRequest {
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes, or a text. The SDK's bytes say so, on standard error, where they are used as a text. */
  readonly body?: Uint8Array | string;
}

/** In the place of the HTTP handler of the SDK's clients. */
export class RehearsedAws {
  /**
   * @param item what is read, whatever is asked for
   * @param roleId of whichever role is assumed
   * @param expiresAt of its session, in milliseconds since the epoch
   */
  constructor(
    private readonly item: object,
    private readonly roleId: string,
    private readonly expiresAt: number,
  ) {}

  async handle({ headers, body }: RehearsedRequest) {
    const response = {
      statusCode: 200,
      headers: {},
      body: Readable.from([Buffer.from(this.#answerTo(headers, textOf(body)))]),
    };
    return { response };
  }

  #answerTo(headers: RehearsedRequest['headers'], body: string): string {
    const target = headers['x-amz-target'] ?? '';
    if (target.endsWith('.GetItem')) return JSON.stringify({ Item: this.item });
    if (target.endsWith('.UpdateItem')) {
      const values = JSON.parse(body).ExpressionAttributeValues;
      const arrivalTime = String(Number(values[':now'].N) + Number(values[':cost'].N));
      return JSON.stringify({ Attributes: { TheoreticalArrivalTime: { N: arrivalTime } } });
    }
    return `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>REHEARSAL</AccessKeyId><SecretAccessKey>-</SecretAccessKey><SessionToken>-</SessionToken>
<Expiration>${new Date(this.expiresAt).toISOString()}</Expiration></Credentials><AssumedRoleUser>
<AssumedRoleId>${this.roleId}:rehearsal</AssumedRoleId></AssumedRoleUser></AssumeRoleResult></AssumeRoleResponse>`;
  }

  updateHttpClientConfig(): void {}

  httpHandlerConfigs() {
    return {};
  }
}

function textOf(body: RehearsedRequest['body'] = ''): string {
  return typeof body === 'string' ? body : new TextDecoder().decode(body);
}
