// The live log of `npm start`: one line a request, with the reason of a refusal, and nothing that is secret.
import type { TrailEvent, TrailRequest } from './account/trail.ts';

/** Of a part of a path. Longer ones are not shown: one may be a token, or a key, in the wrong place. */
const LONGEST_SEGMENT = 32;

/**
 * `12:00:00.000 GET /credentials 403 assumed-role/AppService/me: IAM denial: …`, and of AWS's services what was asked
 * for: `POST / sts:AssumeRole 200 …`.
 */
export function requestLine(event: TrailEvent, { method, path }: TrailRequest): string {
  const time = new Date(event.time).toISOString().slice(11, 23);
  const words = [time, method, shownPath(path), ...operationOf(event), event.statusCode || 'cut off'];
  return withoutTokens(`${words.join(' ')} ${callerOf(event)}${refusalOf(event)}`).replace(/\p{Cc}+/gu, ' ');
}

function shownPath(path: string): string {
  return path
    .split('/')
    .map((segment) => (segment.length <= LONGEST_SEGMENT ? segment : '…'))
    .join('/');
}

/** Of an AWS service: its requests tell it by a header or in the body. What is unknown is the client's own word. */
function operationOf({ service, operation }: TrailEvent): string[] {
  if (service === 'execute-api' || service === 'jwks') return [];
  return [/^\w+$/.test(operation) ? `${service}:${operation}` : service];
}

/** `assumed-role/AppService/me` */
function callerOf({ callerArn }: TrailEvent): string {
  return callerArn?.split(':').slice(5).join(':') ?? '-';
}

function refusalOf({ reason, errorCode, errorMessage }: TrailEvent): string {
  if (reason !== undefined) return `: ${reason}`;
  return errorCode === undefined ? '' : `: ${errorCode}: ${errorMessage}`;
}

function withoutTokens(line: string): string {
  return line.replace(/eyJ[\w-]+\.[\w.-]*/g, '…');
}
