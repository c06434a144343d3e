// The token in a request for credentials: a query parameter of GET, a field of POST's body.
import { BrokerError, shownName } from '../errors.ts';
import { isJsonObject } from '../json.ts';
import { type BrokerRequest, jsonBodyOf, refuseOtherParameters } from './request.ts';

/** @throws BrokerError InvalidRequest */
export function tokenOf(request: BrokerRequest): string {
  return request.method === 'GET' ? tokenFromQuery(request) : tokenFromBody(request);
}

function tokenFromQuery(request: BrokerRequest): string {
  refuseOtherParameters(request, 'jwt');
  const { jwt } = request.query;
  if (typeof jwt !== 'string' || jwt === '') {
    throw new BrokerError('InvalidRequest', 'jwt: the query parameter is required');
  }
  // API Gateway joins the values of a repeated parameter by commas; base64url has none.
  if (jwt.includes(',')) throw new BrokerError('InvalidRequest', 'jwt: the query parameter must stand once');
  return jwt;
}

function tokenFromBody(request: BrokerRequest): string {
  refuseOtherParameters(request);
  const fields = jsonBodyOf(request);
  if (!isJsonObject(fields)) throw new BrokerError('InvalidRequest', 'the body must be a JSON object');
  const unknown = Object.keys(fields).find((name) => name !== 'JWT');
  if (unknown !== undefined) {
    throw new BrokerError('InvalidRequest', `${shownName(unknown)}: not a field of this request`);
  }
  const { JWT } = fields;
  if (typeof JWT !== 'string' || JWT === '') throw new BrokerError('InvalidRequest', 'JWT: must be a string');
  return JWT;
}
