// The portal's HTTP API: every route, below the portal's own path.
import { type Context, Hono } from 'hono';
import { PortalError } from '../portal-errors.ts';
import type { CommandLineCodes } from '../portal-sessions/command-line-codes.ts';
import type { PortalSessions } from '../portal-sessions/portal-sessions.ts';
import type { Issuer } from '../web-identity/issuer.ts';
import type { PortalAudit } from './audit.ts';
import { Deciding } from './deciding.ts';
import { reservedServices } from './environment.ts';
import type { Portal } from './portal.ts';
import type { SignInMethod } from './sign-in-method.ts';
import { addSignInRoutes } from './sign-in-routes.ts';
import { addTargetRoutes } from './target-routes.ts';

export interface PortalApiParts {
  readonly portal: Portal;
  readonly sessions: PortalSessions;
  readonly codes: CommandLineCodes;
  readonly issuer: Pick<Issuer, 'configuration' | 'jwkSet'>;
  readonly signIn: SignInMethod;
  readonly audit: PortalAudit;
  readonly requestIdOf: (context: Context) => string;
  /** `https://portal.example/aws/`; ends in a slash. */
  readonly homeUrl: string;
  readonly sessionSeconds: number;
  readonly requestBudgetMs: number;
}

/** The application: `fetch` answers every request, and never rejects. */
export function portalApi(parts: PortalApiParts): Hono {
  const { origin, pathname: home } = new URL(parts.homeUrl);
  const deciding = new Deciding({ ...parts, home, signInPath: `${home}${parts.signIn.name}/login` });
  const app = new Hono({ strict: false });
  // Without the slash at its end, which is taken off a request's path, too.
  const below = app.basePath(home.replace(/\/$/, '') || '/');
  addSignInRoutes(below, { ...parts, deciding, home, origin });
  // Whoever asks for these has not asked for a target, and is not sent to sign in.
  for (const name of reservedServices) below.get(`/${name}/*`, deciding.by('Unknown', refuseUnknown));
  addTargetRoutes(below, { ...parts, deciding, home, origin });
  app.all('*', deciding.by('Unknown', refuseUnknown));
  return app;
}

async function refuseUnknown({ req: { method } }: Context): Promise<never> {
  if (method !== 'GET') throw new PortalError('MethodNotAllowed', 'no page of the portal takes that');
  throw new PortalError('PageNotFound', 'no page of the portal has this address');
}
