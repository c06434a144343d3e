// Codes for the command line: what a browser hands to a program on the same computer, for one session of one target.
// The authorization code and its proof of possession: RFC 7636; the loopback redirect: RFC 8252, section 7.3.
import { createHash, randomBytes } from 'node:crypto';
import { DeleteCommand, type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock } from '../clock.ts';
import { unavailable } from './unavailable.ts';

/** What a code is good for. */
export interface CommandLineGrant {
  /** Of the id of the portal's session in which the user said yes. */
  readonly sessionHash: string;
  readonly service: string;
  readonly seconds: number;
  /** `BASE64URL(SHA256(code_verifier))` */
  readonly codeChallenge: string;
}

const LIFE_SECONDS = 60;
const CODE = /^[\w-]{43}$/;
const VERIFIER = /^[\w.~-]{43,128}$/;

/** Every method throws PortalError StateUnavailable when DynamoDB fails. */
export class CommandLineCodes {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
    private readonly now: Clock,
  ) {}

  /** A code of 60 seconds, of which the table holds the hash. */
  async issue(grant: CommandLineGrant): Promise<string> {
    const code = randomBytes(32).toString('base64url');
    const { sessionHash, service, seconds, codeChallenge } = grant;
    const Item = {
      Key: keyOf(code),
      SessionHash: sessionHash,
      Service: service,
      Seconds: seconds,
      CodeChallenge: codeChallenge,
      ExpiresAt: Math.floor(this.now() / 1000) + LIFE_SECONDS,
    };
    try {
      await this.client.send(new PutCommand({ TableName: this.tableName, Item }));
    } catch (error) {
      throw unavailable(error);
    }
    return code;
  }

  /** What a code is good for, once, and for whoever has the verifier of its challenge. A wrong verifier ends the code, too. */
  async take(code: string, codeVerifier: string): Promise<CommandLineGrant | undefined> {
    if (!CODE.test(code) || !VERIFIER.test(codeVerifier)) return undefined;
    try {
      const { Attributes } = await this.client.send(
        new DeleteCommand({ TableName: this.tableName, Key: { Key: keyOf(code) }, ReturnValues: 'ALL_OLD' }),
      );
      const { SessionHash, Service, Seconds, CodeChallenge, ExpiresAt } = Attributes ?? {};
      const isMine = CodeChallenge === createHash('sha256').update(codeVerifier).digest('base64url');
      if (!isMine || typeof ExpiresAt !== 'number' || ExpiresAt * 1000 <= this.now()) return undefined;
      if (typeof SessionHash !== 'string' || typeof Service !== 'string' || typeof Seconds !== 'number')
        return undefined;
      return { sessionHash: SessionHash, service: Service, seconds: Seconds, codeChallenge: CodeChallenge };
    } catch (error) {
      throw unavailable(error);
    }
  }
}

function keyOf(code: string): string {
  return `code#${createHash('sha256').update(code).digest('base64url')}`;
}
