// IAM Identity Center behind a call of AWS: takes a token once, as the real one does, and remembers who asked for what.
import type { AwsAnswer, AwsCall, SendAwsCall } from '../../service/aws-call.ts';

export const APPLICATION_ARN =
  'arn:aws:sso::111122223333:application/ssoins-1234567890abcdef/apl-1234567890abcdef';
export const SERVICE_SESSION = {
  accessKeyId: 'ASIASERVICE',
  secretAccessKey: 'canary-service-secret',
  sessionToken: 'canary-service-session-token',
};

type Body = Readonly<Record<string, unknown>>;

export class FakeIdentityCenter {
  readonly calls: AwsCall[] = [];
  /** Replaces the answer; the default exchanges a token the first time. May reject. */
  answer: (call: AwsCall) => AwsAnswer | Promise<AwsAnswer>;
  readonly #exchanged = new Set<string>();

  constructor() {
    this.answer = this.exchange;
  }

  readonly send: SendAwsCall = async (call) => {
    this.calls.push(call);
    return this.answer(call);
  };

  /** A context that names the token, so that a test sees whose it is. */
  readonly exchange = ({ body = '{}' }: AwsCall): AwsAnswer => {
    const { assertion } = JSON.parse(body) as { assertion: string };
    if (this.#exchanged.has(assertion)) return refused('invalid_grant', 'The token has been used before');
    this.#exchanged.add(assertion);
    return granted({ awsAdditionalDetails: { identityContext: `context-of-${assertion}` } });
  };

  /** The tokens that were sent, in order. */
  asked(): unknown[] {
    return this.calls.map(({ body = '{}' }) => JSON.parse(body).assertion);
  }
}

/** https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateTokenWithIAM.html */
export function granted(overrides: Body = {}): AwsAnswer {
  return answered(200, {
    accessToken: 'canary-access-token',
    tokenType: 'Bearer',
    expiresIn: 3_600,
    idToken: idTokenOf({ sub: 'user-id-1' }),
    scope: ['sts:identity_context'],
    awsAdditionalDetails: { identityContext: 'canary-context' },
    ...overrides,
  });
}

export function refused(error: string, description?: string, statusCode = 400): AwsAnswer {
  return answered(statusCode, {
    error,
    ...(description !== undefined && { error_description: description }),
  });
}

export function answered(statusCode: number, body: unknown): AwsAnswer {
  return { statusCode, body: typeof body === 'string' ? body : JSON.stringify(body) };
}

/** Unsigned in all but form: nobody verifies it. */
export function idTokenOf(claims: Body): string {
  const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url');
  return `${encode({ alg: 'RS256' })}.${encode(claims)}.c2lnbmF0dXJl`;
}
