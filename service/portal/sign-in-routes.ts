// The routes of signing in and out, and of what an identity provider and AWS read of the portal.
import type { Context, Hono } from 'hono';
import { signedInPage, signedOutPage } from '../pages/pages.ts';
import type { PortalSessions } from '../portal-sessions/portal-sessions.ts';
import type { WayBack } from '../sign-in/way-back.ts';
import type { Issuer } from '../web-identity/issuer.ts';
import { jsonAnswer, pageAnswer, redirect, textAnswer } from './answers.ts';
import { bindingOf, clearBinding, clearSession, sessionIdOf, setBinding, setSession } from './cookies.ts';
import type { Deciding, Handle } from './deciding.ts';
import { requireOwnPage, requireShown } from './request-origin.ts';
import { ANSWER_FORM, formOf, originOf } from './requests.ts';
import type { SignInMethod } from './sign-in-method.ts';

export interface SignInRoutesParts {
  readonly deciding: Deciding;
  readonly signIn: SignInMethod;
  readonly sessions: PortalSessions;
  readonly issuer: Pick<Issuer, 'configuration' | 'jwkSet'>;
  readonly home: string;
  /** `https://portal.example` */
  readonly origin: string;
  readonly sessionSeconds: number;
}

/**
 * Sends the browser to the identity provider; its answer counts in this browser alone, for five minutes.
 *
 * @throws SignInError; PortalError CrossSite
 */
export async function beginSignIn(
  context: Context,
  signIn: SignInMethod,
  wayBack: WayBack,
): Promise<Response> {
  requireShown(originOf(context));
  const { location, binding } = await signIn.begin(wayBack);
  setBinding(context, binding);
  return redirect(context, location);
}

export function addSignInRoutes(app: Hono, parts: SignInRoutesParts): void {
  const { deciding, signIn, sessions, issuer, home, origin, sessionSeconds } = parts;

  app.get(
    `/${signIn.name}/login`,
    deciding.by('BeginSignIn', (context) => beginSignIn(context, signIn, { path: home, isAsked: false })),
  );

  const finish =
    (answerOf: (context: Context) => URLSearchParams | Promise<URLSearchParams>): Handle =>
    async (context, decision) => {
      const { user, wayBack } = await signIn.finish(await answerOf(context), bindingOf(context));
      Object.assign(decision, { userId: user.id, groups: user.groups });
      // Whatever session this browser had is somebody's who has not just signed in.
      await sessions.end(sessionIdOf(context));
      const { id } = await sessions.start(user, sessionSeconds);
      setSession(context, id);
      clearBinding(context);
      if (wayBack.isAsked) return redirect(context, wayBack.path);
      return pageAnswer(context, signedInPage({ home, userId: user.id, next: wayBack.path }));
    };
  if (signIn.name === 'saml') {
    app.post(
      '/saml/acs',
      deciding.by(
        'SignIn',
        finish((context) => formOf(context, ANSWER_FORM)),
      ),
    );
  } else {
    app.get(
      '/oidc/callback',
      deciding.by(
        'SignIn',
        finish(({ req }) => new URL(req.url).searchParams),
      ),
    );
  }

  const metadata = signIn.metadata?.bind(signIn);
  if (metadata) {
    const publish: Handle = async (context) =>
      textAnswer(context, metadata(), 'application/samlmetadata+xml');
    app.get(`/${signIn.name}/metadata`, deciding.by('Publish', publish));
  }

  app.post(
    '/logout',
    deciding.by('SignOut', async (context) => {
      requireOwnPage(originOf(context), origin);
      await sessions.end(sessionIdOf(context));
      clearSession(context);
      return pageAnswer(context, signedOutPage({ home }));
    }),
  );

  app.get(
    '/.well-known/openid-configuration',
    deciding.by('Publish', async (context) => published(context, issuer.configuration())),
  );
  app.get(
    '/jwks.json',
    deciding.by('Publish', async (context) => published(context, await issuer.jwkSet())),
  );
}

/** The same for everybody, and for some minutes. */
function published(context: Context, value: object): Response {
  const answer = jsonAnswer(context, value);
  answer.headers.set('cache-control', 'public, max-age=300');
  return answer;
}
