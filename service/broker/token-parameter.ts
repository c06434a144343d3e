// The token in a request for credentials: a query parameter of GET, a field of POST's body.
import { BrokerError, shownName } from '../errors.ts';
import { isJsonObject } from '../json.ts';
import { type BrokerRequest, jsonBodyOf, refuseOtherParameters } from './request.ts';

/** A parameter beside the token, by its name in a query and in a body: `target`, `Target`. */
export type Parameter = readonly [inQuery: string, inBody: string];

/**
 * @param others what may stand beside it; nothing by default
 * @throws BrokerError InvalidRequest
 */
export function tokenOf(request: BrokerRequest, others: readonly Parameter[] = []): string {
  return request.method === 'GET' ? tokenFromQuery(request, others) : tokenFromBody(request, others);
}

function tokenFromQuery(request: BrokerRequest, others: readonly Parameter[]): string {
  refuseOtherSpellings(request.query, 'jwt');
  refuseOtherParameters(request, 'jwt', ...others.map(([inQuery]) => inQuery));
  const { jwt } = request.query;
  if (typeof jwt !== 'string' || jwt === '') {
    throw new BrokerError('InvalidRequest', 'jwt: the query parameter is required');
  }
  // API Gateway joins the values of a repeated parameter by commas; base64url has none.
  if (jwt.includes(',')) throw new BrokerError('InvalidRequest', 'jwt: the query parameter must stand once');
  return jwt;
}

function tokenFromBody(request: BrokerRequest, others: readonly Parameter[]): string {
  refuseOtherSpellings(request.query);
  refuseOtherParameters(request);
  const fields = jsonBodyOf(request);
  if (!isJsonObject(fields)) throw new BrokerError('InvalidRequest', 'the body must be a JSON object');
  refuseOtherSpellings(fields, 'JWT');
  const known = ['JWT', ...others.map(([, inBody]) => inBody)];
  const unknown = Object.keys(fields).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new BrokerError('InvalidRequest', `${shownName(unknown)}: not a field of this request`);
  }
  const { JWT } = fields;
  if (typeof JWT !== 'string' || JWT === '') throw new BrokerError('InvalidRequest', 'JWT: must be a string');
  return JWT;
}

/** Whoever has it from the one request writes it so in the other. */
function refuseOtherSpellings(fields: object, expected?: string): void {
  const other = Object.keys(fields).find((name) => name !== expected && name.toLowerCase() === 'jwt');
  if (other === undefined) return;
  const where = 'GET takes the token as jwt in its query, POST as JWT in its body';
  throw new BrokerError('InvalidRequest', `${other}: ${where}`);
}
