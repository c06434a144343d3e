// The parameters of a request to the federation endpoint: in the query, or in the form that is posted.
import type { HttpRequest } from '../account/operation.ts';
import { SignInRefusal } from './refusal.ts';

const FORM = 'application/x-www-form-urlencoded';

/** @throws SignInRefusal for another method, another type of body, and a parameter that comes twice */
export function parametersOf({ method, rawQuery, headers, body }: HttpRequest): ReadonlyMap<string, string> {
  if (method !== 'GET' && method !== 'POST')
    throw new SignInRefusal(`the method ${method} is not allowed`, 405);
  const sent = [...new URLSearchParams(rawQuery)];
  if (method === 'POST' && body.length > 0) {
    if (headers['content-type']?.split(';')[0]?.trim().toLowerCase() !== FORM)
      throw new SignInRefusal(`the body is no form: its type must be ${FORM}`);
    sent.push(...new URLSearchParams(body.toString()));
  }
  const parameters = new Map(sent);
  if (parameters.size < sent.length) throw new SignInRefusal('a parameter comes twice');
  return parameters;
}

/** @throws SignInRefusal where it is missing or empty */
export function required(parameters: ReadonlyMap<string, string>, name: string): string {
  const value = parameters.get(name);
  if (value === undefined || value === '') throw new SignInRefusal(`${name} is missing`);
  return value;
}
