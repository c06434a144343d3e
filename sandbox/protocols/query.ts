// The Query protocol of STS, IAM and CloudFormation: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
import type { HttpRequest } from '../account/operation.ts';
import type { QueryService } from '../account/service.ts';
import type { Protocol } from './protocol.ts';
import { queryInput } from './query-input.ts';
import { xmlDocument } from './xml.ts';

/** Codes of the sandbox that the protocol words otherwise. */
const CODES: Readonly<Record<string, string>> = {
  RequestTimeTooSkewed: 'SignatureDoesNotMatch',
};

export function queryProtocol(service: QueryService): Protocol {
  const attributes = { xmlns: service.xmlNamespace };
  return {
    parse(request) {
      const parameters = queryParameters(request);
      const operation = parameters.get('Action');
      return operation ? { operation, input: queryInput(parameters) } : undefined;
    },
    answer(operation, output, { requestId }) {
      return xmlAnswer(
        200,
        requestId,
        xmlDocument(
          `${operation}Response`,
          {
            [`${operation}Result`]: output === undefined ? undefined : withMembers(output),
            ResponseMetadata: { RequestId: requestId },
          },
          attributes,
        ),
      );
    },
    fail(error, { requestId }) {
      const { message, statusCode } = error;
      const Code = CODES[error.code] ?? error.code;
      const Type = statusCode < 500 ? 'Sender' : 'Receiver';
      return xmlAnswer(
        statusCode,
        requestId,
        xmlDocument(
          'ErrorResponse',
          { Error: { Type, Code, Message: message }, RequestId: requestId },
          attributes,
        ),
      );
    },
  };
}

/** The parameters of a Query request, whose body, or query string, is form-encoded. */
export function queryParameters({ method, rawQuery, body }: HttpRequest): URLSearchParams {
  return new URLSearchParams(method === 'POST' ? body.toString('utf8') : rawQuery);
}

function xmlAnswer(statusCode: number, requestId: string, body: string) {
  return { statusCode, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId }, body };
}

function withMembers(value: unknown): unknown {
  if (Array.isArray(value)) return { member: value.map(withMembers) };
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withMembers(member)]));
}
