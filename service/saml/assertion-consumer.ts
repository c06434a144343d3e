// The assertion consumer: the identity provider's answer becomes a user, or a refusal. Cheap checks come first.
import type { Clock } from '../clock.ts';
import { PENDING_MS, type PendingSignIns } from '../sign-in/pending-sign-ins.ts';
import { SignInError } from '../sign-in/sign-in-error.ts';
import type { TakenOnce } from '../sign-in/taken-once.ts';
import type { User } from '../sign-in/user.ts';
import type { WayBack } from '../sign-in/way-back.ts';
import { assertedUser, type UserAttributes } from './asserted-user.ts';
import { requireAssertion, requireResponse } from './assertion-profile.ts';
import { type Expectation, requireRequest } from './expectation.ts';
import { type IdentityProvider, signingCertificatesAt } from './identity-provider.ts';
import { attributeOf } from './plain-xml.ts';
import { responseTextOf } from './response-form.ts';
import { responseShapeOf } from './response-shape.ts';
import type { ServiceProvider } from './service-provider.ts';
import { signedPartsOf } from './signature-form.ts';
import { verifiedResponseOf } from './verified-response.ts';

export interface AssertionConsumerParts {
  readonly serviceProvider: ServiceProvider;
  readonly attributes: UserAttributes;
  readonly pendingSignIns: Pick<PendingSignIns, 'take'>;
  readonly takenOnce: Pick<TakenOnce, 'take'>;
  readonly now: Clock;
}

export interface SignedIn {
  readonly user: User;
  readonly wayBack: WayBack;
}

export class AssertionConsumer {
  constructor(private readonly parts: AssertionConsumerParts) {}

  /**
   * Signs a user in by an answer, once.
   *
   * @param form that the browser posted
   * @param binding the value of the cookie that binds a sign-in to the browser which began it
   * @throws SignInError
   */
  async consume(
    form: URLSearchParams,
    binding: string | undefined,
    identityProvider: IdentityProvider,
  ): Promise<SignedIn> {
    const { serviceProvider, attributes, pendingSignIns, takenOnce, now } = this.parts;
    const text = responseTextOf(form);
    const shape = responseShapeOf(text);
    const signed = signedPartsOf(shape);

    const certificates = signingCertificatesAt(identityProvider, now());
    if (certificates.length === 0) {
      throw new SignInError(
        'SigningKeysOutdated',
        'the identity provider’s metadata or certificates have expired',
      );
    }
    const pending = await pendingSignIns.take('saml', binding);
    const request = {
      id: pending.request['id'] ?? '',
      begunAt: pending.begunAt,
      forceAuthn: pending.request['forceAuthn'] === 'true',
    };
    requireRequest(shape.response, 'the response', { request });

    const verified = await verifiedResponseOf(text, shape, signed, {
      serviceProvider,
      certificates,
      requestId: request.id,
      requestLifeMs: PENDING_MS,
      requestedAt: request.begunAt,
    });
    const expected: Expectation = { serviceProvider, identityProvider, request, now: now() };
    requireResponse(verified.response ?? shape.response, verified.response !== undefined, expected);
    const { until, subject, sessionEnd } = requireAssertion(verified.assertion, expected);
    if (verified.objection !== undefined) {
      const { objection: cause } = verified;
      throw new SignInError('ResponseMalformed', 'the assertion is not accepted', { cause });
    }
    const user = assertedUser(verified.assertion, subject, attributes, sessionEnd);

    const id = attributeOf(verified.assertion, 'ID') ?? '';
    if (!(await takenOnce.take(identityProvider.entityId, id, until))) {
      throw new SignInError('ResponseUsed', 'the assertion was taken before');
    }
    return { user, wayBack: pending.wayBack };
  }
}
