// What comes of asking for data: credentials, or a denial with its code and its words.
import type { ClientConfig } from '../../client/account/clients.ts';
import type { Permission } from './shopfast.ts';

export type Keys = NonNullable<ClientConfig['credentials']> & { readonly sessionToken: string };

export interface Granted {
  readonly matched: string;
  /** `IAM arn:…`, `DIRECTORY_USER …` or `DIRECTORY_GROUP …` */
  readonly grantee: string;
  readonly keys: Keys;
}

export interface Denied {
  readonly code: string;
  readonly message: string;
}

/** Rejects for what is neither. */
export type Ask = (target: string, permission: Permission) => Promise<Granted | Denied>;

export function isGrantedAnswer(answer: Granted | Denied): answer is Granted {
  return 'keys' in answer;
}

/** A call of which a denial is told as such. @param isDenial of errors that are one */
export async function answerOf(
  call: Promise<Granted>,
  isDenial: (error: { readonly statusCode?: number; readonly code: string }) => boolean,
): Promise<Granted | Denied> {
  try {
    return await call;
  } catch (error) {
    const {
      name,
      message,
      code = name,
      $metadata,
      statusCode,
    } = error as Error & {
      readonly code?: string;
      readonly statusCode?: number;
      readonly $metadata?: { readonly httpStatusCode?: number };
    };
    const status = statusCode ?? $metadata?.httpStatusCode;
    if (status === undefined || !isDenial({ code, statusCode: status })) throw error;
    return { code, message };
  }
}
