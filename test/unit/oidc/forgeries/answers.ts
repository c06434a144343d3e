// Forgeries of the answer that the browser brings: parameters left out, twice, of another sign-in or another provider.
import { PENDING_MS } from '../../../../service/sign-in/pending-sign-ins.ts';
import { CANARY, type Forgery } from './forgery.ts';

const changed = (changes: Readonly<Record<string, string | undefined>>) => (answer: URLSearchParams) => {
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) answer.delete(name);
    else answer.set(name, value);
  }
  return answer;
};
const twice = (name: string, value?: string) => (answer: URLSearchParams) => {
  answer.append(name, value ?? answer.get(name) ?? CANARY);
  return answer;
};
const refusal = (error: string) => changed({ code: undefined, error, error_description: CANARY });
const unannounced = { authorization_response_iss_parameter_supported: undefined };

export const answers: readonly Forgery[] = [
  ...[
    { name: 'no state', brings: changed({ state: undefined }) },
    { name: 'an empty state', brings: changed({ state: '' }) },
    { name: 'a state that was made up', brings: changed({ state: CANARY }) },
    {
      name: 'a refusal with a state that was made up',
      brings: changed({ state: CANARY, error: 'access_denied' }),
    },
  ].map((forgery) => ({ ...forgery, refused: 'RequestMismatch' as const, says: '(state)' })),
  {
    name: 'the state of another browser’s sign-in, with its code',
    brings: async (_, { provider, portal }) => provider.authorize((await portal.begin()).location),
    refused: 'RequestMismatch',
    says: '(state)',
  },
  {
    name: 'the code of another browser’s sign-in, put beside the right state',
    brings: async (answer, { provider, portal }) => {
      const other = provider.authorize((await portal.begin()).location);
      return changed({ code: other.get('code') ?? '' })(answer);
    },
    refused: 'CodeNotAccepted',
  },
  { name: 'a code that was made up', brings: changed({ code: CANARY }), refused: 'CodeNotAccepted' },
  {
    name: 'a code that was exchanged before',
    brings: async (answer, { provider }) => {
      await provider.fetch(String(provider.metadata()['token_endpoint']), {
        body: new URLSearchParams({ client_id: 'portal', code: answer.get('code') ?? '' }),
      });
      return answer;
    },
    refused: 'CodeNotAccepted',
  },
  ...['https://evil.example.com', '', 'https://idp.example.com/oidc/', 'https://idp.example.com/OIDC'].map(
    (iss) => ({
      name: `an answer of another provider (“${iss}”)`,
      brings: changed({ iss }),
      refused: 'IssuerMismatch' as const,
      says: '(iss)',
    }),
  ),
  {
    name: 'an answer that names no provider, of one that names itself',
    brings: changed({ iss: undefined }),
    refused: 'IssuerMismatch',
    says: '(iss)',
  },
  {
    name: 'an answer of another provider, although its own does not name itself',
    before: ({ provider }) => {
      provider.published = unannounced;
    },
    brings: changed({ iss: 'https://evil.example.com' }),
    refused: 'IssuerMismatch',
    says: '(iss)',
  },
  {
    name: 'a refusal of another provider',
    brings: changed({ error: 'access_denied', iss: 'https://evil.example.com' }),
    refused: 'IssuerMismatch',
  },
  {
    name: 'an answer that is a refusal',
    brings: refusal('access_denied'),
    refused: 'IdentityProviderRefused',
    says: 'the answer is a refusal: access_denied',
  },
  {
    name: 'a refusal in words of its own, which are not repeated',
    brings: refusal(`<b>${CANARY}`),
    refused: 'IdentityProviderRefused',
  },
  {
    name: 'a refusal that has a code, too',
    brings: changed({ error: 'login_required' }),
    refused: 'IdentityProviderRefused',
  },
  ...['code', 'state', 'iss'].map((name) => ({
    name: `the same ${name} twice`,
    brings: twice(name),
    refused: 'ResponseMalformed' as const,
    says: `${name} more than once`,
  })),
  {
    name: 'a second code after the right one',
    brings: twice('code', CANARY),
    refused: 'ResponseMalformed',
  },
  {
    name: 'two refusals',
    brings: (answer) => twice('error', 'access_denied')(twice('error', 'access_denied')(answer)),
    refused: 'ResponseMalformed',
  },
  { name: 'no code', brings: changed({ code: undefined }), refused: 'ResponseMalformed', says: 'no code' },
  { name: 'an empty code', brings: changed({ code: '' }), refused: 'ResponseMalformed', says: 'no code' },
  ...['id_token', 'access_token', 'token', 'response'].map((name) => ({
    name: `an answer by another flow (${name})`,
    brings: changed({ [name]: CANARY }),
    refused: 'ResponseMalformed' as const,
    says: `${name}, which was not asked for`,
  })),
  {
    name: 'an answer larger than any',
    brings: changed({ session_state: 'x'.repeat(8_192) }),
    refused: 'ResponseTooLarge',
  },
  { name: 'an answer after five minutes', later: PENDING_MS, refused: 'SignInNotBegun' },
];
