// What is shown instead of the data: what happened, what to do about it, and what the platform team finds it by.
import { S3ServiceException } from '@aws-sdk/client-s3';
import { SessionBrokerError } from 'iam-session-broker-client';

export interface Refusal {
  readonly statusCode: number;
  readonly title: string;
  readonly advice: string;
  readonly code?: string;
  /** In the broker's words, which are for callers. */
  readonly detail?: string;
  readonly requestId?: string;
  /** Whether signing in again may help: the session is of no more use. */
  readonly signInAgain?: boolean;
}

const byCode: Readonly<Record<string, Omit<Refusal, 'code' | 'detail' | 'requestId' | 'statusCode'>>> = {
  GrantDenied: {
    title: 'The users’ data are not granted to you',
    advice: 'Whoever looks after the data can grant them to you, or to a group of yours.',
  },
  GrantNotOfUser: {
    title: 'The users’ data are not granted to you',
    advice: 'What is granted is granted to a role, and not to you or a group of yours.',
  },
  UserNotInDirectory: {
    title: 'The directory does not know you',
    advice:
      'You have signed in, but nobody of that name is in IAM Identity Center. Its administrator can add you.',
  },
  TokenAlreadyExchanged: {
    title: 'This sign-in has been used up',
    advice: 'Somebody else has exchanged your token, which counts once. Sign in again for another one.',
    signInAgain: true,
  },
  TokenExpired: {
    title: 'Your sign-in has expired',
    advice: 'Sign in again.',
    signInAgain: true,
  },
};

export function refusalOf(error: unknown): Refusal {
  if (error instanceof SessionBrokerError) return ofBroker(error);
  if (error instanceof S3ServiceException) return ofS3(error);
  return { statusCode: 500, title: 'This did not work', advice: 'It is not your fault. Try again later.' };
}

function ofBroker(error: SessionBrokerError): Refusal {
  const { code, message, requestId, isDenial } = error;
  const known = Object.hasOwn(byCode, code) ? byCode[code] : undefined;
  const unknown = isDenial
    ? { title: 'The broker refuses this', advice: 'Whoever runs this application can tell why.' }
    : { title: 'The data cannot be had at the moment', advice: 'Try again in a minute.' };
  return {
    statusCode: isDenial ? 403 : 503,
    ...(known ?? unknown),
    code,
    detail: message,
    ...(requestId !== undefined && { requestId }),
  };
}

function ofS3({ name: code, $metadata }: S3ServiceException): Refusal {
  const { requestId } = $metadata;
  const found = { code, ...(requestId !== undefined && { requestId }) };
  if (code === 'NoSuchKey')
    return {
      statusCode: 404,
      title: 'There is no list of users',
      advice: 'Nobody has put one there.',
      ...found,
    };
  if (code === 'AccessDenied')
    return {
      statusCode: 403,
      title: 'S3 refuses this',
      advice: 'What was granted does not reach the list.',
      ...found,
    };
  return {
    ...{ statusCode: 503, title: 'The data cannot be had at the moment', advice: 'Try again in a minute.' },
    ...found,
  };
}
