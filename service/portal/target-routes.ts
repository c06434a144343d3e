// The routes of targets: the list, the console, credentials, and the command line.
import type { Context, Hono } from 'hono';
import { commandLinePage, confirmationPage, credentialsPage } from '../pages/pages.ts';
import { targetsPage } from '../pages/targets-page.ts';
import { PortalError } from '../portal-errors.ts';
import type { CommandLineCodes } from '../portal-sessions/command-line-codes.ts';
import { type PortalSessions, sessionHashOf } from '../portal-sessions/portal-sessions.ts';
import { accountOf, roleNameOf, type Target } from '../targets/target.ts';
import { jsonAnswer, pageAnswer, redirect, textAnswer } from './answers.ts';
import type { PortalDecision } from './audit.ts';
import { answerTo, commandLineRequestOf, fieldsOf } from './command-line.ts';
import { sessionIdOf } from './cookies.ts';
import { exportLines, processCredentials } from './credential-formats.ts';
import type { Deciding } from './deciding.ts';
import { type Opening, type Portal, requireSignedIn, type SignedIn } from './portal.ts';
import { isOwnNavigation, requireOwnPage, requireShown } from './request-origin.ts';
import { formOf, originOf, pathOf } from './requests.ts';
import type { SignInMethod } from './sign-in-method.ts';
import { beginSignIn } from './sign-in-routes.ts';

export interface TargetRoutesParts {
  readonly deciding: Deciding;
  readonly portal: Portal;
  readonly signIn: SignInMethod;
  readonly sessions: PortalSessions;
  readonly codes: CommandLineCodes;
  readonly home: string;
  /** `https://portal.example` */
  readonly origin: string;
}

const LONGEST_SEARCH = 100;

export function addTargetRoutes(app: Hono, parts: TargetRoutesParts): void {
  const { deciding, portal, signIn, sessions, codes, home, origin } = parts;

  const signedInOf = async (context: Context, decision: PortalDecision): Promise<SignedIn | undefined> => {
    const signedIn = await portal.signedIn(await sessions.find(sessionIdOf(context)));
    if (signedIn) Object.assign(decision, { userId: signedIn.session.user.id });
    return signedIn;
  };
  /** To the identity provider, and back to where the request was going. */
  const signInFirst = (context: Context) =>
    beginSignIn(context, signIn, { path: pathOf(context), isAsked: !isOwnNavigation(originOf(context)) });

  app.get(
    '/',
    deciding.by('ListTargets', async (context, decision) => {
      const signedIn = await signedInOf(context, decision);
      if (!signedIn) return signInFirst(context);
      const search = searchOf(context.req.query('search'));
      const targets = portal.openTo(signedIn).map((target) => listed(target, signedIn));
      const { user, expiresAt } = signedIn.session;
      return pageAnswer(context, targetsPage({ home, userId: user.id, targets, search, endsAt: expiresAt }));
    }),
  );

  app.post(
    '/favourites',
    deciding.by('SetFavourite', async (context, decision) => {
      requireOwnPage(originOf(context), origin);
      const signedIn = requireSignedIn(await signedInOf(context, decision));
      const form = await formOf(context);
      await portal.setFavourite(signedIn, form.get('service') ?? '', form.get('favourite') === 'true');
      const search = searchOf(form.get('search'));
      return redirect(context, search === '' ? home : `${home}?${new URLSearchParams({ search })}`);
    }),
  );

  app.get(
    '/:service',
    deciding.by('OpenConsole', async (context, decision) => {
      requireShown(originOf(context));
      const { service = '', wish } = openingOf(context);
      const signedIn = await signedInOf(context, decision);
      if (!signedIn) return signInFirst(context);
      const opening = portal.admit(signedIn, service, wish.duration, decision);
      if (!opening) return signInFirst(context);
      portal.requireDestination(opening, wish);
      if (!isOwnNavigation(originOf(context))) {
        const path = pathOf(context);
        const { destination } = wish;
        const shown = { home, userId: signedIn.session.user.id, ...shownOf(opening), destination, path };
        return pageAnswer(context, confirmationPage(shown));
      }
      const location = await portal.consoleUrl(signedIn, opening, wish, decision);
      await portal.noteOpened(signedIn, opening);
      return redirect(context, location);
    }),
  );

  app.post(
    '/:service/credentials',
    deciding.by('GetCredentials', async (context, decision) => {
      const form = await formOf(context);
      const code = form.get('code');
      const { signedIn, opening } =
        code === null
          ? await fromBrowser(context, form, decision)
          : await fromCommandLine(context, code, form.get('code_verifier') ?? '', decision);
      const issued = await portal.issue(signedIn, opening, decision);
      await portal.noteOpened(signedIn, opening);
      const format = form.get('format') ?? 'json';
      const { service } = opening.target;
      if (format === 'env') return textAnswer(context, exportLines(issued), 'text/plain; charset=utf-8');
      if (format !== 'page') return jsonAnswer(context, processCredentials(issued));
      const { expiresAt } = issued;
      const userId = signedIn.session.user.id;
      return pageAnswer(
        context,
        credentialsPage({ home, userId, service, lines: exportLines(issued), expiresAt }),
      );
    }),
  );

  const fromBrowser = async (context: Context, form: URLSearchParams, decision: PortalDecision) => {
    requireOwnPage(originOf(context), origin);
    const signedIn = requireSignedIn(await signedInOf(context, decision));
    return { signedIn, opening: admitted(signedIn, context, form.get('duration') ?? undefined, decision) };
  };

  const fromCommandLine = async (
    context: Context,
    code: string,
    verifier: string,
    decision: PortalDecision,
  ) => {
    const grant = await codes.take(code, verifier);
    const session = grant && (await sessions.findByHash(grant.sessionHash));
    const signedIn = await portal.signedIn(session);
    if (!grant || !signedIn || grant.service !== context.req.param('service'))
      throw new PortalError('CommandLineNotAllowed', 'the code is not good, or was used, or is too old');
    Object.assign(decision, { userId: signedIn.session.user.id });
    return { signedIn, opening: admitted(signedIn, context, String(grant.seconds), decision) };
  };

  const admitted = (
    signedIn: SignedIn,
    context: Context,
    duration: string | undefined,
    decision: PortalDecision,
  ): Opening => {
    const opening = portal.admit(signedIn, context.req.param('service') ?? '', duration, decision);
    if (!opening)
      throw new PortalError('NotSignedIn', 'less than 15 minutes of your sign-in are left: sign in again');
    return opening;
  };

  app.get(
    '/:service/login',
    deciding.by('AuthorizeCommandLine', async (context, decision) => {
      const { service = '', wish } = openingOf(context);
      const request = commandLineRequestOf(new URL(context.req.url).searchParams);
      const signedIn = await signedInOf(context, decision);
      const opening = signedIn && portal.admit(signedIn, service, wish.duration, decision);
      if (!signedIn || !opening) return signInFirst(context);
      const fields = { ...fieldsOf(request), duration: String(opening.seconds) };
      const shown = { home, userId: signedIn.session.user.id, ...shownOf(opening), fields };
      return pageAnswer(context, commandLinePage(shown), 200, [request.redirectUri.origin]);
    }),
  );

  app.post(
    '/:service/login',
    deciding.by('AuthorizeCommandLine', async (context, decision) => {
      requireOwnPage(originOf(context), origin);
      const form = await formOf(context);
      const request = commandLineRequestOf(form);
      const signedIn = requireSignedIn(await signedInOf(context, decision));
      const { target, seconds } = admitted(signedIn, context, form.get('duration') ?? undefined, decision);
      const sessionHash = sessionHashOf(sessionIdOf(context) ?? '');
      const { codeChallenge } = request;
      const code = await codes.issue({ sessionHash, service: target.service, seconds, codeChallenge });
      return redirect(context, answerTo(request, code, `${origin}${home}`));
    }),
  );
}

function searchOf(sent: string | null | undefined): string {
  return (sent ?? '').slice(0, LONGEST_SEARCH);
}

function openingOf({ req }: Context) {
  const { destination, region, duration } = req.query();
  return { service: req.param('service'), wish: { destination, region, duration } };
}

function shownOf({ target, seconds }: Opening) {
  return {
    service: target.service,
    roleName: roleNameOf(target),
    accountId: accountOf(target).accountId,
    seconds,
  };
}

function listed(target: Target, { record }: SignedIn) {
  const { service, duration } = target;
  return {
    service,
    roleName: roleNameOf(target),
    accountId: accountOf(target).accountId,
    duration,
    isFavourite: record.favourites.includes(service),
    openedAt: record.recent.find((opened) => opened.service === service)?.at,
  };
}
