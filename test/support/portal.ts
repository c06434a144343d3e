// The portal over tables of its own, with a sign-in and a console that a test plays.
import { Metrics } from '@aws-lambda-powertools/metrics';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { BrokerLogger } from '../../service/audit/logger.ts';
import { portalApi } from '../../service/portal/api.ts';
import { PortalAudit } from '../../service/portal/audit.ts';
import { Portal } from '../../service/portal/portal.ts';
import type { SignInMethod } from '../../service/portal/sign-in-method.ts';
import { PortalError } from '../../service/portal-errors.ts';
import { CommandLineCodes } from '../../service/portal-sessions/command-line-codes.ts';
import { PortalSessions } from '../../service/portal-sessions/portal-sessions.ts';
import { PortalUsers } from '../../service/portal-sessions/portal-users.ts';
import type { User } from '../../service/sign-in/user.ts';
import type { WayBack } from '../../service/sign-in/way-back.ts';
import type { Target } from '../../service/targets/target.ts';
import { Targets } from '../../service/targets/targets.ts';
import type { Wanted } from '../../service/web-identity/role-sessions.ts';
import { PortalTables } from './portal-tables.ts';

export const ORIGIN = 'https://portal.example';
const Expiration = Date.UTC(2026, 10, 28, 20);

export const target = (over: Partial<Target> = {}): Target => ({
  service: 'cloudadmin',
  role: 'arn:aws:iam::123456789012:role/MyAdminRole',
  duration: 28_800,
  groups: ['sysadmin', 'cloudadmin'],
  everyone: false,
  mode: 'web-identity',
  ...over,
});

/** Answers as an identity provider would: whoever the test says has signed in. */
class PlayedSignIn implements SignInMethod {
  readonly name = 'saml';
  user: User = { id: 'ada@example.com', groups: [], groupsOverage: false };
  readonly #begun = new Map<string, WayBack>();

  async begin(wayBack: WayBack) {
    const binding = `binding-${this.#begun.size}`;
    this.#begun.set(binding, wayBack);
    return { location: 'https://idp.example/sso?SAMLRequest=x', binding };
  }

  async finish(_: URLSearchParams, binding: string | undefined) {
    const wayBack = this.#begun.get(binding ?? '');
    if (!wayBack) throw new PortalError('NotSignedIn', 'the sign-in was not begun in this browser');
    return { user: this.user, wayBack };
  }

  metadata() {
    return '<EntityDescriptor/>';
  }
}

export class PlayedPortal {
  readonly signIn = new PlayedSignIn();
  readonly issued: Wanted[] = [];
  /** What STS refuses with. */
  refusal: Error | undefined;
  now = Date.UTC(2026, 10, 28, 12);
  readonly app: ReturnType<typeof portalApi>;

  private constructor(
    readonly tables: PortalTables,
    prefix: string,
    targets: readonly Target[],
  ) {
    const now = () => this.now;
    const homeUrl = `${ORIGIN}${prefix}/`;
    const sessions = new PortalSessions(tables.client, 'Sessions', now);
    const portal = new Portal({
      sessions,
      users: new PortalUsers(tables.client, 'Users', now),
      targets: new Targets(targets),
      roleSessions: {
        issue: async (wanted) => {
          if (this.refusal) throw this.refusal;
          this.issued.push(wanted);
          return {
            accessKeyId: 'ASIAEXAMPLE',
            secretAccessKey: 'canary-secret',
            sessionToken: 'canary-token',
            expiresAt: Expiration,
          };
        },
      },
      sessionNameOf: (id) => id,
      consoleUrl: async ({ region, destination }) =>
        `https://${region}.signin.aws.amazon.com/federation?Destination=${encodeURIComponent(destination)}&SigninToken=canary-signin`,
      now,
      tenantTagKey: 'TenantID',
      region: 'eu-west-1',
      homeUrl,
    });
    this.app = portalApi({
      portal,
      sessions,
      codes: new CommandLineCodes(tables.client, 'SignIns', now),
      issuer: { configuration: () => ({ issuer: ORIGIN }), jwkSet: async () => ({ keys: [] }) },
      signIn: this.signIn,
      audit: new PortalAudit(new BrokerLogger(), new Metrics({ namespace: 'Test' }), now),
      requestIdOf: () => 'request-1',
      homeUrl,
      sessionSeconds: 28_800,
      requestBudgetMs: 60_000,
    });
  }

  static async start(targets: readonly Target[] = [target()], prefix = ''): Promise<PlayedPortal> {
    return new PlayedPortal(await PortalTables.start(), prefix, targets);
  }

  stop(): Promise<void> {
    return this.tables.stop();
  }

  browser(): Browser {
    return new Browser(this);
  }
}

/** Keeps cookies, and says where its requests come from, as a browser does. */
export class Browser {
  readonly cookies = new Map<string, string>();

  constructor(private readonly portal: PlayedPortal) {}

  /** An address that the user typed. */
  get(path: string, headers: Record<string, string> = { 'sec-fetch-site': 'none' }): Promise<Response> {
    return this.#send(path, { headers });
  }

  /** A form of a page of the portal. */
  post(
    path: string,
    form: Record<string, string> = {},
    headers: Record<string, string> = { origin: ORIGIN, 'sec-fetch-site': 'same-origin' },
  ): Promise<Response> {
    return this.#send(path, { method: 'POST', headers, body: new URLSearchParams(form) });
  }

  /** To the identity provider and back. */
  async signIn(user: Partial<User> = {}, path = '/', headers?: Record<string, string>): Promise<Response> {
    this.portal.signIn.user = {
      id: 'ada@example.com',
      groups: ['cloudadmin'],
      groupsOverage: false,
      ...user,
    };
    await this.get(path, headers);
    return this.post(
      '/saml/acs',
      { SAMLResponse: 'x' },
      { origin: 'https://idp.example', 'sec-fetch-site': 'cross-site' },
    );
  }

  async #send(path: string, init: RequestInit & { headers: Record<string, string> }): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...init.headers, ...(cookie && { cookie }) };
    const answer = await this.portal.app.request(`${ORIGIN}${path}`, { ...init, headers });
    for (const set of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (/max-age=0/i.test(set)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }
}

export let portal: PlayedPortal;
/** Of each test, a browser of its own. */
export let browser: Browser;

/** A portal of three targets, for the tests of a file. Call at its top. */
export function usePlayedPortal(): void {
  beforeAll(async () => {
    portal = await PlayedPortal.start([
      target(),
      target({ service: 'sandbox', role: 'arn:aws:iam::999999789012:role/DBAdmin', groups: ['dbs'] }),
      target({
        service: 'gov',
        role: 'arn:aws-us-gov:iam::999999789012:role/Gov',
        groups: [],
        everyone: true,
      }),
    ]);
  });
  afterAll(() => portal.stop());
  beforeEach(() => {
    portal.issued.length = 0;
    portal.refusal = undefined;
    portal.now = Date.UTC(2026, 10, 28, 12);
    browser = portal.browser();
  });
}
