// What requests on a key have in common: the key that they name, the permission on it, and whether it can be used.
import type { AuthorizationRequest, OperationCall } from '../../account/operation.ts';
import { AwsError } from '../../aws-error.ts';
import { requireOneOf, requireText } from '../../constraints.ts';
import { type SigningAlgorithm, signingAlgorithms, specificationOf } from '../../kms-keys/key-specs.ts';
import type { KmsKey, NamedKey } from '../../kms-keys/kms-key.ts';
import type { SignedMessage } from '../../kms-keys/signature.ts';

const MAX_MESSAGE_BYTES = 4_096;
const MAX_SIGNATURE_BYTES = 6_144;
const UNSUPPORTED = ['GrantTokens', 'DryRun'];

/** @throws AwsError ValidationError, NotFoundException, NotImplemented */
export function keyOf({ account, input }: OperationCall): NamedKey {
  for (const parameter of UNSUPPORTED) {
    if (input[parameter] === undefined) continue;
    throw new AwsError('NotImplemented', `The sandbox does not have kms ${parameter}.`, 501);
  }
  return account.kmsKeys.find(requireText('keyId', input['KeyId'], { maxLength: 2_048 }));
}

/** The action on the key that the request names, which its policy must allow or leave to the account. */
export function onKey(action: string): (call: OperationCall) => AuthorizationRequest {
  return (call) => {
    const { account, input } = call;
    const { key, alias } = keyOf(call);
    const aliases = account.kmsKeys.aliasesOf(key);
    return {
      action,
      resource: key.arn,
      resourcePolicy: account.kmsKeys.shownPolicy(key),
      context: {
        'kms:CallerAccount': call.caller.accountId,
        'kms:KeyOrigin': 'AWS_KMS',
        'kms:KeySpec': key.spec,
        'kms:KeyUsage': key.usage,
        ...(alias !== undefined && { 'kms:RequestAlias': alias }),
        ...(aliases.length > 0 && { 'kms:ResourceAliases': aliases }),
        ...(input['SigningAlgorithm'] !== undefined && {
          'kms:SigningAlgorithm': String(input['SigningAlgorithm']),
          'kms:MessageType': String(input['MessageType'] ?? 'RAW'),
        }),
      },
    };
  };
}

export interface SigningInput {
  readonly key: KmsKey;
  readonly algorithm: SigningAlgorithm;
  readonly message: SignedMessage;
}

/**
 * What Sign and Verify are asked about.
 * @param operation as KMS names it where the key is for something else
 * @throws AwsError ValidationError, DisabledException, InvalidKeyUsageException
 */
export function readSigning(call: OperationCall, operation: string): SigningInput {
  const { input } = call;
  const algorithm = requireOneOf('signingAlgorithm', input['SigningAlgorithm'], signingAlgorithms);
  const type = requireOneOf('messageType', input['MessageType'] ?? 'RAW', ['RAW', 'DIGEST'] as const);
  const bytes = readBytes('message', input['Message'], MAX_MESSAGE_BYTES);
  const { key } = keyOf(call);
  if (key.usage !== 'SIGN_VERIFY') {
    throw invalidUsage(`${key.arn} key usage is ${key.usage} which is not valid for ${operation}.`);
  }
  if (!specificationOf(key.spec).algorithms.includes(algorithm)) {
    throw invalidUsage(`Algorithm ${algorithm} is incompatible with key spec ${key.spec}.`);
  }
  requireEnabled(key);
  return { key, algorithm, message: { bytes, type } };
}

/** @throws AwsError ValidationError */
export function readSignature({ input }: OperationCall): Buffer {
  return readBytes('signature', input['Signature'], MAX_SIGNATURE_BYTES);
}

/** @throws AwsError DisabledException */
export function requireEnabled(key: KmsKey): void {
  if (!key.isEnabled) throw new AwsError('DisabledException', `${key.arn} is disabled.`);
}

/** @throws AwsError ValidationError, SerializationException, ValidationException */
export function readBytes(field: string, value: unknown, maxLength: number): Buffer {
  const text = requireText(field, value, { minLength: 0 });
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64').replace(/=+$/, '') !== text.replace(/=+$/, '')) {
    throw new AwsError('SerializationException', `${field} is not base64.`);
  }
  if (bytes.length === 0) throw violation(`Value at '${field}'`, 'have length greater than or equal to 1');
  if (bytes.length > maxLength) {
    throw violation(`Value at '${field}'`, `have length less than or equal to ${maxLength}`);
  }
  return bytes;
}

function violation(subject: string, rule: string): AwsError {
  const message = `1 validation error detected: ${subject} failed to satisfy constraint: Member must ${rule}`;
  return new AwsError('ValidationException', message);
}

export function invalidUsage(message: string): AwsError {
  return new AwsError('InvalidKeyUsageException', message);
}
