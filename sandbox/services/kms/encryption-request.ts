// What requests to encrypt have in common: a symmetric key that can be used, and the context.
import type { AuthorizationRequest, OperationCall } from '../../account/operation.ts';
import { AwsError } from '../../aws-error.ts';
import type { EncryptionContext } from '../../kms-keys/ciphertext.ts';
import type { KmsKey } from '../../kms-keys/kms-key.ts';
import { invalidUsage, onKey, requireEnabled } from './key-request.ts';

const MAX_CONTEXT_BYTES = 8_192;

/** As `onKey`, with the keys of conditions that only these operations have. */
export function onEncryptingKey(action: string): (call: OperationCall) => AuthorizationRequest {
  return (call) => {
    const request = onKey(action)(call);
    const context = encryptionContextOf(call);
    const names = Object.keys(context);
    return {
      ...request,
      context: {
        ...request.context,
        'kms:EncryptionAlgorithm': 'SYMMETRIC_DEFAULT',
        ...(names.length > 0 && { 'kms:EncryptionContextKeys': names }),
        ...Object.fromEntries(names.map((name) => [`kms:EncryptionContext:${name}`, String(context[name])])),
      },
    };
  };
}

/**
 * https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html
 * @throws AwsError SerializationException, ValidationException
 */
export function encryptionContextOf({ input }: OperationCall): EncryptionContext {
  const context = input['EncryptionContext'] ?? {};
  const isMap = typeof context === 'object' && !Array.isArray(context);
  if (!isMap || Object.values(context).some((value) => typeof value !== 'string')) {
    throw new AwsError('SerializationException', 'encryptionContext is not a map of texts.');
  }
  if (Buffer.byteLength(JSON.stringify(context)) > MAX_CONTEXT_BYTES) {
    throw new AwsError(
      'ValidationException',
      `An encryption context has at most ${MAX_CONTEXT_BYTES} bytes.`,
    );
  }
  return context as EncryptionContext;
}

/**
 * @param operation as KMS names it where the key is for something else
 * @throws AwsError InvalidKeyUsageException, DisabledException
 */
export function requireEncrypting(key: KmsKey, operation: string): void {
  if (key.usage !== 'ENCRYPT_DECRYPT') {
    throw invalidUsage(`${key.arn} key usage is ${key.usage} which is not valid for ${operation}.`);
  }
  requireEnabled(key);
}

/** @throws AwsError NotImplemented that names what the sandbox has not */
export function requireNone({ input }: OperationCall, ...parameters: readonly string[]): void {
  for (const parameter of parameters) {
    if (input[parameter] === undefined) continue;
    throw new AwsError('NotImplemented', `The sandbox does not have kms ${parameter}.`, 501);
  }
}
