// Credentials of the role that registers, from STS, in the session that alone may.
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import type { AwsCredentialIdentity } from '@smithy/types';
import { noAnswer } from '../../library/answers.ts';
import type { Send } from '../../library/https.ts';
import { registrationSession } from '../registration-session.ts';

export interface StsAccess {
  readonly region: string;
  /** `https://sts.eu-west-1.amazonaws.com` */
  readonly endpoint: string;
  /** The function's own. */
  readonly credentials: AwsCredentialIdentity;
  readonly send: Send;
  readonly now: () => number;
}

/** STS said no, or failed; `code` is its own. */
export class AssumeRoleError extends Error {
  override readonly name = 'AssumeRoleError';
  constructor(
    readonly code: string,
    readonly statusCode: number,
    message: string,
  ) {
    super(message);
  }
}

const ATTEMPT_MS = 10_000;
/** The least that STS takes. */
const DURATION_SECONDS = 900;

/**
 * @param isTagged of an application's own role: its policies let no other session register. A registrar's trust policy
 *   need not let anybody tag sessions
 * @throws AssumeRoleError; SessionBrokerError NoAnswer
 */
export async function assumeRole(
  sts: StsAccess,
  roleArn: string,
  { isTagged }: { isTagged: boolean },
): Promise<AwsCredentialIdentity> {
  const { name, tagKey, tagValue } = registrationSession;
  const body = new URLSearchParams({
    Action: 'AssumeRole',
    Version: '2011-06-15',
    RoleArn: roleArn,
    RoleSessionName: name,
    DurationSeconds: String(DURATION_SECONDS),
    ...(isTagged && { 'Tags.member.1.Key': tagKey, 'Tags.member.1.Value': tagValue }),
  }).toString();
  const { hostname, host, protocol, href } = new URL('/', sts.endpoint);
  const signer = new SignatureV4({
    service: 'sts',
    region: sts.region,
    credentials: sts.credentials,
    sha256: Sha256,
  });
  const { headers } = await signer.sign(
    {
      method: 'POST',
      protocol,
      hostname,
      path: '/',
      query: {},
      headers: { host, 'content-type': 'application/x-www-form-urlencoded' },
      body,
    },
    { signingDate: new Date(sts.now()) },
  );
  const answer = await sts
    .send({ url: href, method: 'POST', headers, body, timeoutMs: ATTEMPT_MS })
    .catch((error: unknown) => Promise.reject(noAnswer(error)));
  if (answer.status !== 200) throw refusalIn(answer.text, answer.status);
  const [accessKeyId, secretAccessKey, sessionToken] = ['AccessKeyId', 'SecretAccessKey', 'SessionToken'].map(
    (element) => elementOf(answer.text, element),
  );
  if (!accessKeyId || !secretAccessKey || !sessionToken) {
    throw new AssumeRoleError('UnexpectedAnswer', answer.status, 'the answer of STS holds no credentials');
  }
  return { accessKeyId, secretAccessKey, sessionToken };
}

function refusalIn(xml: string, statusCode: number): AssumeRoleError {
  const code = elementOf(xml, 'Code') ?? 'UnexpectedAnswer';
  return new AssumeRoleError(code, statusCode, elementOf(xml, 'Message') ?? `STS answered ${statusCode}`);
}

/** STS's elements of these names stand once, and hold text alone. */
function elementOf(xml: string, name: string): string | undefined {
  const [, text] = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml) ?? [];
  return text
    ?.replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');
}
