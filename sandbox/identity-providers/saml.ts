// The SAML 2.0 identity provider: the package samlp, with a sign-in page before it.
import type { Express, Request, Response } from 'express';
import samlp from 'samlp';
import { generate } from 'selfsigned';
import { type FormFields, refusalPage, sendPage, signInPage } from './pages.ts';
import { type DirectoryUser, groupsFor, objectIdOf, userBy } from './users.ts';

export const SAML_METADATA_PATH = '/saml/metadata';
const SSO_PATH = '/saml/sso';

/** As Entra ID names its attributes: https://learn.microsoft.com/entra/identity-platform/reference-saml-tokens */
const attribute = {
  name: 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name',
  displayName: 'http://schemas.microsoft.com/identity/claims/displayname',
  objectId: 'http://schemas.microsoft.com/identity/claims/objectidentifier',
  groups: 'http://schemas.microsoft.com/ws/2008/06/identity/claims/groups',
  groupsLink: 'http://schemas.microsoft.com/claims/groups.link',
  /** None of Entra's own: an attribute that an administrator adds. */
  tenant: 'TenantID',
} as const;

/** Without it XML's strict readers do not know which a NameID is. */
const EMAIL_FORMAT = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';
const LIFETIME_SECONDS = 300;

export interface SamlOptions {
  /** `http://127.0.0.1:PORT`, no slash at the end. */
  readonly url: string;
  readonly users: readonly DirectoryUser[];
  readonly password: string;
  /** With a slash at the end; `undefined` until it is deployed. */
  readonly portalUrl: () => string | undefined;
}

/** Its key is made here, and forgotten with the process. */
export async function addSaml(app: Express, form: (request: Request) => FormFields, options: SamlOptions) {
  const { url, users, password, portalUrl } = options;
  const { private: key, cert } = await generate(
    [{ name: 'commonName', value: 'sandbox identity provider' }],
    {
      keySize: 2_048,
      algorithm: 'sha256',
    },
  );
  const issuer = `${url}${SAML_METADATA_PATH}`;
  const endpoints = { redirectEndpointPath: SSO_PATH, postEndpointPath: SSO_PATH, logoutEndpointPaths: {} };
  app.get(SAML_METADATA_PATH, samlp.metadata({ issuer, cert, ...endpoints }));

  const answer = async (request: Request, response: Response, next: (error?: unknown) => void) => {
    const fields = form(request);
    const consumerUrl = `${portalUrl()}saml/acs`;
    const problem =
      portalUrl() === undefined ? 'There is no portal yet.' : await problemOf(request, consumerUrl);
    if (problem !== undefined) return sendPage(response, 400, refusalPage(problem));
    const { SAMLRequest = '', RelayState = '', username } = fields;
    const user = userBy(users, username, fields['password'], password);
    if (!user) {
      const isWrong = username !== undefined;
      const hidden = { SAMLRequest, RelayState };
      const page = signInPage({ provider: 'SAML 2.0', users, action: SSO_PATH, hidden, isWrong });
      return sendPage(response, isWrong ? 401 : 200, page);
    }
    response.set({ 'cache-control': 'no-store' });
    return samlp.auth({
      issuer,
      cert,
      key,
      destination: consumerUrl,
      recipient: consumerUrl,
      signResponse: true,
      lifetimeInSeconds: LIFETIME_SECONDS,
      nameIdentifierFormat: EMAIL_FORMAT,
      getPostURL: (
        _audience: unknown,
        _xml: unknown,
        _request: unknown,
        done: (e: null, to: string) => void,
      ) => done(null, consumerUrl),
      getUserFromRequest: () => user,
      profileMapper: () => ({
        getClaims: () => attributesOf(user),
        getNameIdentifier: () => ({ nameIdentifier: user.name }),
      }),
    })(request, response, next);
  };
  app.get(SSO_PATH, answer);
  app.post(SSO_PATH, answer);
}

/** Answers go to the portal alone, whatever the request says. */
async function problemOf(request: Request, consumerUrl: string): Promise<string | undefined> {
  const parsed = await new Promise<{ readonly assertionConsumerServiceURL?: string } | undefined>(
    (resolve) => {
      samlp.parseRequest(request, (error, found) => resolve(error ? undefined : found));
    },
  );
  if (!parsed) return 'The request has no SAMLRequest that can be read.';
  const asked = parsed.assertionConsumerServiceURL;
  return asked === undefined || asked === consumerUrl
    ? undefined
    : 'The answer would go elsewhere than to the portal.';
}

function attributesOf(user: DirectoryUser): Record<string, string | readonly string[]> {
  const { groups, overageUrl } = groupsFor(user, 'saml');
  return {
    [attribute.name]: user.name,
    [attribute.displayName]: user.displayName,
    [attribute.objectId]: objectIdOf(user),
    ...(groups.length > 0 && { [attribute.groups]: groups }),
    ...(overageUrl !== undefined && { [attribute.groupsLink]: overageUrl }),
    ...(user.tenant !== undefined && { [attribute.tenant]: user.tenant }),
  };
}
