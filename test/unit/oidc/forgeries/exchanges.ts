// What a token endpoint, and whoever publishes its keys, may answer in the place of a token or keys.
import { CANARY, type Forgery, type Kit } from './forgery.ts';

const answering =
  (which: 'token' | 'keys', answer: () => Response | Promise<Response>) =>
  ({ provider }: Kit) => {
    provider.answering.set(which, answer);
  };
const refusing = (error: string, status = 400, headers: Record<string, string> = {}) =>
  answering('token', () => Response.json({ error, error_description: CANARY }, { status, headers }));
const token = (body: unknown) => answering('token', () => Response.json(body));
const failing = () => Promise.reject(new TypeError(`fetch failed: ${CANARY}`));
const good = { access_token: CANARY, token_type: 'Bearer' };

export const exchanges: readonly Forgery[] = [
  {
    name: 'what the token endpoint does not know the portal for',
    before: refusing('invalid_client'),
    refused: 'ClientNotAccepted',
    says: 'as its client: invalid_client',
  },
  {
    name: 'what the token endpoint wants another proof for',
    before: refusing('invalid_client', 401, { 'www-authenticate': `Basic realm="${CANARY}"` }),
    refused: 'ClientNotAccepted',
  },
  {
    name: 'what the token endpoint refuses in words of its own, which are not repeated',
    before: refusing(CANARY),
    refused: 'ClientNotAccepted',
  },
  {
    name: 'what the token endpoint says no to',
    before: refusing('invalid_grant'),
    refused: 'CodeNotAccepted',
  },
  {
    name: 'what the token endpoint has no time for',
    before: refusing('temporarily_unavailable'),
    refused: 'IdentityProviderUnavailable',
  },
  ...(['token', 'keys'] as const).flatMap((which) => [
    {
      name: `what nobody answers (${which})`,
      before: answering(which, failing),
      refused: 'IdentityProviderUnavailable' as const,
    },
    {
      name: `what is answered by a failure (${which})`,
      before: answering(which, () => Response.json({ error: CANARY }, { status: 503 })),
      refused: 'IdentityProviderUnavailable' as const,
    },
    {
      name: `what there is not (${which})`,
      before: answering(which, () => new Response(CANARY, { status: 404 })),
      refused: 'IdentityProviderUnavailable' as const,
    },
    {
      name: `what is answered by a page (${which})`,
      before: answering(which, () => new Response(CANARY, { headers: { 'content-type': 'text/html' } })),
      refused: 'ResponseMalformed' as const,
    },
    {
      name: `what is answered by JSON that is none (${which})`,
      before: answering(
        which,
        () => new Response(CANARY, { headers: { 'content-type': 'application/json' } }),
      ),
      refused: 'ResponseMalformed' as const,
    },
  ]),
  { name: 'a list for an answer', before: token([CANARY]), refused: 'ResponseMalformed' },
  { name: 'an answer without an ID token', before: token(good), refused: 'ResponseMalformed' },
  {
    name: 'an ID token that is a number',
    before: token({ ...good, id_token: 1 }),
    refused: 'ResponseMalformed',
  },
  {
    name: 'an ID token beside an access token of a kind that nobody knows',
    issuing: { answer: { token_type: CANARY } },
    refused: 'ResponseMalformed',
  },
  {
    name: 'keys that are no list',
    before: answering('keys', () => Response.json({ keys: {} })),
    refused: 'ResponseMalformed',
  },
  {
    name: 'keys of which there are none',
    before: answering('keys', () => Response.json({ keys: [] })),
    refused: 'SignatureInvalid',
    says: 'no one key',
  },
];
