// Pending sign-ins: begun here, in this browser, at most five minutes ago, and not answered yet.
import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { ShortLivedTable } from './short-lived-table.ts';
import { SignInError } from './sign-in-error.ts';
import { localWayBack, type WayBack } from './way-back.ts';

/** For how long the identity provider's answer is waited for; the binding cookie lasts as long. */
export const PENDING_MS = 300_000;

export interface PendingSignIn {
  /** An answer by another method than the request is none. */
  readonly method: 'saml' | 'oidc';
  /** What the answer is compared with: a SAML request's id; `state`, `nonce` and verifier of OpenID Connect. */
  readonly request: Readonly<Record<string, string>>;
  readonly wayBack: WayBack;
  /** Milliseconds since the epoch. */
  readonly begunAt: number;
}

/** 256 bits, as the cookie has them. */
const binding = /^[\w-]{43}$/;

/** Every method throws SignInError StateUnavailable when the table fails. */
export class PendingSignIns {
  constructor(
    private readonly table: Pick<ShortLivedTable, 'add' | 'take'>,
    private readonly now: Clock,
  ) {}

  /**
   * @returns the value of the cookie that binds the answer to this browser, new with every sign-in; the table has its hash
   * @throws SignInError WayBackNotAllowed
   */
  async begin({ method, request, wayBack }: Omit<PendingSignIn, 'begunAt'>): Promise<string> {
    const secret = randomBytes(32).toString('base64url');
    const { path, isAsked } = localWayBack(wayBack);
    const begunAt = this.now();
    await this.table.add('sign-in', secret, begunAt + PENDING_MS, {
      Method: method,
      Request: JSON.stringify(request),
      Path: path,
      IsAsked: isAsked,
      BegunAt: begunAt,
    });
    return secret;
  }

  /**
   * The sign-in that this browser has begun, once: whatever the answer is worth, no second one counts.
   *
   * @param secret the cookie's value
   * @throws SignInError SignInNotBegun
   */
  async take(method: PendingSignIn['method'], secret: string | undefined): Promise<PendingSignIn> {
    const item = secret && binding.test(secret) ? await this.table.take('sign-in', secret) : undefined;
    if (!item || item['Method'] !== method || this.now() >= Number(item['BegunAt']) + PENDING_MS) {
      throw new SignInError('SignInNotBegun', 'this browser has no sign-in that waits for an answer');
    }
    return {
      method,
      request: JSON.parse(String(item['Request'])) as Record<string, string>,
      wayBack: localWayBack({ path: String(item['Path']), isAsked: item['IsAsked'] === true }),
      begunAt: Number(item['BegunAt']),
    };
  }
}
