// The OpenID Connect provider: the package oidc-provider, with a sign-in page before it.
import { randomBytes, randomUUID } from 'node:crypto';
import type { Express, Request } from 'express';
import { exportJWK, generateKeyPair } from 'jose';
import { type Context, type Interaction, interactionPolicy, Provider } from 'oidc-provider';
import { memoryAdapter } from './memory.ts';
import { type FormFields, OIDC_PATH, refusalPage, sendPage, signInPage } from './pages.ts';
import { type DirectoryUser, groupsFor, objectIdOf, userBy } from './users.ts';

/** Proves itself by a token that the portal signs, whose keys are the portal's own. */
export const CONFIDENTIAL_CLIENT = 'portal';
/** Proves nothing but that it began the sign-in: PKCE. */
export const PUBLIC_CLIENT = 'portal-public';
/** An application's: examples/shopfast, on any port of localhost. RFC 8252, section 7.3 */
export const APPLICATION_CLIENT = 'shopfast';

const SIGN_IN_PATH = `${OIDC_PATH}/sign-in`;
const CLAIMS = ['groups', 'name', 'preferred_username', 'email', 'oid', 'TenantID', 'jti'];
const SCOPE = 'openid profile email';

export interface OidcOptions {
  /** `http://127.0.0.1:PORT`, no slash at the end. */
  readonly url: string;
  readonly users: readonly DirectoryUser[];
  readonly password: string;
  /** With a slash at the end. */
  readonly portalUrl: string;
}

/** Its key is made here, and forgotten with the process. */
export async function addOidc(app: Express, form: (request: Request) => FormFields, options: OidcOptions) {
  const { url, users, password, portalUrl } = options;
  const provider = new Provider(`${url}${OIDC_PATH}`, await configurationFor(portalUrl, users));
  provider.on('server_error', (_, error) => console.error('sandbox: identity provider:', error));

  const action = (request: Request) => `${SIGN_IN_PATH}/${request.params['uid']}`;
  const underWay = (request: Request, response: Parameters<typeof sendPage>[0]) =>
    provider.interactionDetails(request, response).catch(() => undefined);
  const gone = refusalPage('This sign-in has ended, or was begun in another browser.');
  app.get(`${SIGN_IN_PATH}/:uid`, async (request, response) => {
    if (!(await underWay(request, response))) return sendPage(response, 400, gone);
    return sendPage(
      response,
      200,
      signInPage({ provider: 'OpenID Connect', users, action: action(request) }),
    );
  });
  app.post(`${SIGN_IN_PATH}/:uid`, async (request, response) => {
    const interaction = await underWay(request, response);
    if (!interaction) return sendPage(response, 400, gone);
    const { username, password: sent } = form(request);
    const user = userBy(users, username, sent, password);
    if (!user) {
      const page = signInPage({ provider: 'OpenID Connect', users, action: action(request), isWrong: true });
      return sendPage(response, 401, page);
    }
    await endEarlierSession(provider, interaction);
    const login = { accountId: objectIdOf(user), remember: false };
    return provider.interactionFinished(request, response, { login }, { mergeWithLastSubmission: false });
  });
  app.use(OIDC_PATH, provider.callback());
}

/** Of whoever signed in before in this browser: to become another person would take a page with script. */
async function endEarlierSession(provider: Provider, interaction: Interaction): Promise<void> {
  if (!interaction.session) return;
  await (await provider.Session.findByUid(interaction.session.uid))?.destroy();
  interaction.session = undefined;
  await interaction.save(interaction.exp - Math.floor(Date.now() / 1_000));
}

async function configurationFor(
  portalUrl: string,
  users: readonly DirectoryUser[],
): Promise<Record<string, unknown>> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const key = {
    ...(await exportJWK(privateKey)),
    alg: 'RS256',
    use: 'sig',
    kid: randomBytes(8).toString('hex'),
  };
  const client = {
    redirect_uris: [`${portalUrl}oidc/callback`],
    grant_types: ['authorization_code'],
    response_types: ['code'],
  };
  return {
    clients: [
      {
        ...client,
        client_id: CONFIDENTIAL_CLIENT,
        token_endpoint_auth_method: 'private_key_jwt',
        token_endpoint_auth_signing_alg: 'RS256',
        jwks_uri: `${portalUrl}jwks.json`,
      },
      { ...client, client_id: PUBLIC_CLIENT, token_endpoint_auth_method: 'none' },
      {
        ...client,
        client_id: APPLICATION_CLIENT,
        token_endpoint_auth_method: 'none',
        application_type: 'native',
        redirect_uris: ['http://localhost/oidc/callback'],
      },
    ],
    adapter: memoryAdapter(),
    clientAuthMethods: ['private_key_jwt', 'none'],
    jwks: { keys: [key] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    claims: { openid: ['sub', ...CLAIMS], profile: [], email: [] },
    // As Entra ID does: the claims are in the ID token, and not at the user info endpoint alone.
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false } },
    renderError: showError,
    pkce: { required: () => true },
    findAccount: (_context: unknown, id: string) => accountOf(users, id),
    interactions: {
      policy: askingEachTime(),
      url: (_context: unknown, { uid }: { readonly uid: string }) => `${SIGN_IN_PATH}/${uid}`,
    },
    loadExistingGrant: grantAll,
    ttl: {
      Session: 3_600,
      Interaction: 3_600,
      Grant: 3_600,
      AccessToken: 3_600,
      IdToken: 3_600,
      AuthorizationCode: 60,
    },
    // Its own way asks no address on loopback, where the one client's keys are.
    fetch: (
      address: string | URL,
      { dispatcher: _, ...init }: RequestInit & { readonly dispatcher?: unknown },
    ) => fetch(address, init),
  };
}

/** There are several people to be: nobody stays signed in, as at the SAML provider. */
function askingEachTime() {
  const { base, Check } = interactionPolicy;
  const policy = base();
  const always = ({ oidc }: Context) => (oidc.result?.login ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT);
  // Nor is anybody asked to agree, as whoever uses a native client would be: grantAll has it.
  policy.get('consent').checks.remove('native_client_prompt');
  policy.get('login').checks.add(new Check('each_time', 'every sign-in asks who it is', always));
  return policy;
}

async function showError(context: Context, { error }: { readonly error: string }): Promise<void> {
  context.type = 'html';
  context.body = String(await refusalPage(`The identity provider refuses the request: ${error}.`));
}

/** An administrator has agreed for all. */
async function grantAll({ oidc }: Context) {
  const { client, session, provider } = oidc;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope(SCOPE);
  grant.addOIDCClaims(CLAIMS);
  await grant.save();
  return grant;
}

function accountOf(users: readonly DirectoryUser[], id: string) {
  const user = users.find((candidate) => objectIdOf(candidate) === id);
  return user && { accountId: id, claims: () => claimsOf(user, id) };
}

/** As Entra ID has them: https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference */
function claimsOf(user: DirectoryUser, id: string): Record<string, unknown> {
  const { groups, overageUrl } = groupsFor(user, 'jwt');
  return {
    sub: id,
    oid: id,
    name: user.displayName,
    preferred_username: user.name,
    ...(!user.name.includes('#') && { email: user.name }),
    // IAM Identity Center takes a token by it, and once.
    jti: randomUUID(),
    ...(groups.length > 0 && { groups }),
    ...(overageUrl !== undefined && {
      _claim_names: { groups: 'src1' },
      _claim_sources: { src1: { endpoint: overageUrl } },
    }),
    ...(user.tenant !== undefined && { TenantID: user.tenant }),
  };
}
