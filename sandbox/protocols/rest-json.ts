// The REST-JSON protocol of IAM Identity Center's OIDC service: https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
import type { RestJsonService } from '../account/service.ts';
import { jsonCodes, parseJsonBody } from './json.ts';
import type { Protocol } from './protocol.ts';

export function restJsonProtocol(service: RestJsonService): Protocol {
  const write = (
    statusCode: number,
    requestId: string,
    content: unknown,
    more: Readonly<Record<string, string>> = {},
  ) => ({
    statusCode,
    headers: { 'content-type': 'application/json', 'x-amzn-requestid': requestId, ...more },
    body: JSON.stringify(content),
  });
  return {
    parse(request) {
      const operation = service.operationOf(request);
      return operation === undefined ? undefined : { operation, input: parseJsonBody(request.body) };
    },
    answer: (_operation, output, { requestId }) => write(200, requestId, output ?? {}),
    fail({ code, message, statusCode, fields }, { requestId }) {
      // The error's name stands in a header, and its members are the service's own.
      const content = Object.keys(fields).length > 0 ? fields : { message };
      return write(statusCode, requestId, content, { 'x-amzn-errortype': jsonCodes[code] ?? code });
    },
  };
}
