// The identity providers of the sandbox, both at one loopback address: for development, and never part of what is deployed.
import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import express, { type ErrorHandler, type Express, type Request } from 'express';
import { type FormFields, OIDC_PATH, refusalPage, sendPage } from './pages.ts';
import { addSaml, SAML_METADATA_PATH } from './saml.ts';
import { type DirectoryUser, users as sandboxUsers } from './users.ts';

export interface IdentityProviders {
  /** `http://127.0.0.1:PORT`, no slash at the end. */
  readonly url: string;
  readonly samlMetadataUrl: string;
  /** No slash at the end. */
  readonly oidcIssuer: string;
  readonly userNames: readonly string[];
  /** Everybody's; made anew at every start. */
  readonly password: string;
  /**
   * Lets this portal's users sign in; metadata is there before.
   * @param portalUrl with a slash at the end
   */
  serve(portalUrl: string): Promise<void>;
  close(): Promise<void>;
}

/** Listens on 127.0.0.1, which is another site than the portal's `localhost`. 0 takes any free port. */
export async function startIdentityProviders({
  port,
  users: further = [],
}: {
  readonly port: number;
  /** Beside those of users.ts. */
  readonly users?: readonly DirectoryUser[] | undefined;
}): Promise<IdentityProviders> {
  const users = [...sandboxUsers, ...further];
  const app = express();
  app.disable('x-powered-by');
  const server = app.listen(port, '127.0.0.1');
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve).once('error', reject);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const password = randomBytes(12).toString('base64url');
  let portal: string | undefined;
  for (const path of ['/saml/sso', `${OIDC_PATH}/sign-in/:uid`])
    app.post(path, express.urlencoded({ extended: false }));
  await addSaml(app, formOf, { url, users, password, portalUrl: () => portal });
  app.use(failed);
  return {
    url,
    samlMetadataUrl: `${url}${SAML_METADATA_PATH}`,
    oidcIssuer: `${url}${OIDC_PATH}`,
    userNames: users.map(({ name }) => name),
    password,
    async serve(portalUrl) {
      if (portal === portalUrl) return;
      if (portal !== undefined) throw new Error('the sandbox has one portal only');
      portal = portalUrl;
      await addOidcWhereItRuns(app, { url, users, password, portalUrl });
      app.use(failed);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Its package is for Node.js 22, and runs on any that has this. */
async function addOidcWhereItRuns(
  app: Express,
  options: Parameters<typeof import('./oidc.ts').addOidc>[2],
): Promise<void> {
  if ('parse' in URL) {
    const { addOidc } = await import('./oidc.ts');
    return addOidc(app, formOf, options);
  }
  const refusal = refusalPage('The sandbox’s OpenID Connect provider needs Node.js 22 or later.');
  app.use(OIDC_PATH, (_, response) => sendPage(response, 501, refusal));
}

function formOf({ query, body = {} }: Request): FormFields {
  const sent = Object.entries({ ...query, ...body });
  return Object.fromEntries(sent.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** Express's own would show the stack. */
const failed: ErrorHandler = (error, _request, response, _next) => {
  const { status = 500 } = error as { readonly status?: number };
  if (status >= 500) console.error('sandbox: identity provider:', error);
  void sendPage(response, status, refusalPage('The identity provider cannot answer this.'));
};
