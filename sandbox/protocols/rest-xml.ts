// The REST-XML protocol of S3 and S3 Control: https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html
import type { RestXmlOutput, RestXmlService } from '../account/service.ts';
import { AwsError } from '../aws-error.ts';
import type { Protocol } from './protocol.ts';
import { xmlDocument } from './xml.ts';

/** Errors of the sandbox as S3 words them: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const WORDING: Readonly<Record<string, readonly [code: string, message: string, statusCode: number]>> = {
  ExpiredToken: ['ExpiredToken', 'The provided token has expired.', 400],
  IncompleteSignature: ['AuthorizationHeaderMalformed', 'The authorization header is malformed.', 400],
  InvalidClientTokenId: [
    'InvalidAccessKeyId',
    'The AWS Access Key Id you provided does not exist in our records.',
    403,
  ],
  MissingAuthenticationToken: ['AccessDenied', 'Access Denied', 403],
  RequestTimeTooSkewed: [
    'RequestTimeTooSkewed',
    'The difference between the request time and the current time is too large.',
    403,
  ],
};

export function restXmlProtocol(service: RestXmlService): Protocol {
  return {
    parse: (request) => service.route(request),
    answer(_operation, output, { requestId }) {
      const { statusCode = 200, headers = {}, body, xml } = output as RestXmlOutput;
      const ids = { 'x-amz-request-id': requestId, 'x-amz-id-2': requestId };
      if (!xml) return { statusCode, headers: { ...ids, ...headers }, body: body ?? '' };
      const [root, content] = Object.entries(xml)[0] ?? [];
      if (root === undefined) throw new Error('an answer in XML has a root element');
      return {
        statusCode,
        headers: { 'content-type': 'application/xml', ...ids, ...headers },
        body: xmlDocument(root, content, { xmlns: service.xmlNamespace }),
      };
    },
    fail(error, { rawPath, requestId }) {
      const { code, message, statusCode } = reword(error);
      return {
        statusCode,
        headers: { 'content-type': 'application/xml', 'x-amz-request-id': requestId, ...error.headers },
        body: service.wrapsErrors
          ? xmlDocument('ErrorResponse', {
              Error: { Code: code, Message: message },
              RequestId: requestId,
              HostId: requestId,
            })
          : xmlDocument('Error', {
              Code: code,
              Message: message,
              Resource: rawPath,
              RequestId: requestId,
              HostId: requestId,
            }),
      };
    },
  };
}

/** A denial as S3 words it: the resource in quotation marks, and left out where the action has none. */
export function wordDenial(reason: string): string {
  return reason
    .replace(/ on resource: \* (because|with) /, ' $1 ')
    .replace(/ on resource: (arn:.*) (because|with) /, ' on resource: "$1" $2 ');
}

function reword(error: AwsError): AwsError {
  const { code, message, statusCode } = error;
  if (code === 'AccessDenied') return new AwsError(code, wordDenial(message), statusCode);
  const wording = WORDING[code];
  return wording ? new AwsError(...wording) : error;
}
