// The JSON protocols of DynamoDB (1.0), Cognito and KMS (1.1): https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
import type { HttpRequest } from '../account/operation.ts';
import type { JsonService } from '../account/service.ts';
import { AwsError } from '../aws-error.ts';
import type { Protocol } from './protocol.ts';

/** Codes of the sandbox as JSON services word them; they answer 400 to every fault of the caller. */
export const jsonCodes: Readonly<Record<string, string>> = {
  AccessDenied: 'AccessDeniedException',
  ExpiredToken: 'ExpiredTokenException',
  IncompleteSignature: 'IncompleteSignatureException',
  InvalidClientTokenId: 'UnrecognizedClientException',
  MissingAuthenticationToken: 'MissingAuthenticationTokenException',
  RequestTimeTooSkewed: 'InvalidSignatureException',
  SignatureDoesNotMatch: 'InvalidSignatureException',
  ValidationError: 'ValidationException',
};

export function jsonProtocol(service: JsonService): Protocol {
  const contentType = `application/x-amz-json-${service.jsonVersion}`;
  const write = (statusCode: number, requestId: string, content: unknown) => ({
    statusCode,
    headers: { 'content-type': contentType, 'x-amzn-requestid': requestId },
    body: JSON.stringify(content),
  });
  return {
    parse(request) {
      const operation = jsonTarget(request)?.operation;
      return operation ? { operation, input: parseJsonBody(request.body) } : undefined;
    },
    answer: (_operation, output, { requestId }) => write(200, requestId, output ?? {}),
    fail({ code, message, statusCode, fields }, { requestId }) {
      const wording = jsonCodes[code];
      const content = { ...fields, __type: wording ?? code, message };
      return write(wording === undefined ? statusCode : 400, requestId, content);
    },
  };
}

/** What `X-Amz-Target: DynamoDB_20120810.GetItem` names; the prefix may have dots, as CloudTrail's has. */
export function jsonTarget({ headers }: HttpRequest): { prefix: string; operation: string } | undefined {
  const [, prefix, operation] = /^([\w.]+)\.(\w+)$/.exec(String(headers['x-amz-target'] ?? '')) ?? [];
  return prefix && operation ? { prefix, operation } : undefined;
}

/** @throws AwsError SerializationException */
export function parseJsonBody(body: Buffer): Record<string, unknown> {
  let input: unknown;
  try {
    input = body.length === 0 ? {} : JSON.parse(body.toString('utf8'));
  } catch {
    throw new AwsError('SerializationException', 'The body is not JSON.');
  }
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new AwsError('SerializationException', 'The body is not a JSON object.');
  }
  return input as Record<string, unknown>;
}
