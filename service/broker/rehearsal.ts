// The rehearsal: a request through the broker's own code while nobody waits, so that the first real one finds all of it used.
import { generateKeyPair, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import type { Clock } from '../clock.ts';
import type { Deployment } from '../deployment.ts';
import { RehearsedAws } from './rehearsed-aws.ts';

/** What stands for the world around the broker; the SDK's clients get `requestHandler` in the place of their own. */
export interface Props {
  /** Stands still. */
  readonly now: Clock;
  readonly requestHandler: RehearsedAws;
  readonly jwksHosts: readonly string[];
  readonly jwks: Uint8Array;
}

/** A broker of its own: what it keeps is nothing that the real one serves from, and what it decides is recorded nowhere. */
export type Stage = (props: Props) => (event: unknown) => Promise<{ readonly statusCode: number }>;

/** A name that leads nowhere: RFC 6761, section 6.4. */
const HOST = 'rehearsal.invalid';
const ISSUER = `https://${HOST}/`;
const CLAIM = 'tenant';
const ALGORITHM = 'RS256';
const APPLICATION = 'Rehearsal';
const ROLE_ID = 'AROAREHEARSAL00000000';

/**
 * Has the broker on the stage answer a request for credentials: of an application and a tenant that do not exist, by a token of an
 * identity provider that does not either.
 *
 * @param at milliseconds since the epoch
 * @throws Error where it is not granted
 */
export async function rehearse(stage: Stage, deployment: Deployment, at: number): Promise<void> {
  // As most identity providers sign. Nobody has the key when this is over.
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: ALGORITHM, alg: ALGORITHM, use: 'sig' };
  const ask = stage({
    now: () => at,
    requestHandler: new RehearsedAws(item, ROLE_ID, at + 3_600_000),
    jwksHosts: [HOST],
    jwks: Buffer.from(JSON.stringify({ keys: [jwk] })),
  });
  const { statusCode } = await ask(eventOf(tokenOf(privateKey, at), deployment));
  if (statusCode !== 200) throw new Error(`the rehearsed request was answered ${statusCode}`);
}

function tokenOf(privateKey: KeyObject, at: number): string {
  const iat = Math.floor(at / 1000);
  const claims = { iss: ISSUER, aud: HOST, sub: 'nobody', iat, exp: iat + 3_600, [CLAIM]: 'none' };
  const input = [{ alg: ALGORITHM, typ: 'JWT', kid: ALGORITHM }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`;
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
function eventOf(jwt: string, { partition, accountId }: Deployment): unknown {
  const userArn = `arn:${partition}:sts::${accountId}:assumed-role/${APPLICATION}/rehearsal`;
  return {
    version: '2.0',
    rawPath: '/credentials',
    queryStringParameters: { jwt },
    requestContext: {
      requestId: 'rehearsal',
      http: { method: 'GET' },
      authorizer: { iam: { accountId, userArn, userId: `${ROLE_ID}:rehearsal` } },
    },
  };
}

/** The application's registration, as DynamoDB has it. */
const item = {
  ApplicationName: { S: APPLICATION },
  ApplicationRoleId: { S: ROLE_ID },
  AccessRoleName: { S: 'Rehearsal' },
  AccessRoleId: { S: ROLE_ID },
  SessionTagKey: { S: 'Tenant' },
  JWTClaimName: { S: CLAIM },
  JWKSetURL: { S: ISSUER },
  Issuer: { S: ISSUER },
  Audience: { S: HOST },
  Trust: { S: 'Pinned' },
  RegisteredAt: { S: '2000-01-01T00:00:00.000Z' },
  Version: { S: '1' },
};
