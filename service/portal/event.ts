// The HTTP API's event, payload format 2.0, as a request of the web, and the answer as its result.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** RFC 9110, sections 5.1 and 5.5. The event may have more, and the portal reads nothing that does. */
const headerName = /^[\w!#$%&'*+.^`|~-]+$/;
const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * Never throws for what a client may choose of its headers and cookies: there would be no answer, and no record of it.
 *
 * @param origin of the portal: what the event says of hosts is the client's to choose
 */
export function requestOf(event: APIGatewayProxyEventV2, origin: string): Request {
  const { headers: given, cookies = [], body, isBase64Encoded, requestContext } = event;
  const headers = new Headers();
  for (const [name, value = ''] of Object.entries(given))
    if (headerName.test(name) && headerValue.test(value)) headers.set(name, value);
  // Each by itself: what a neighbouring site has set must not take the portal's own with it.
  const sound = cookies.filter((cookie) => headerValue.test(cookie));
  if (sound.length > 0) headers.set('cookie', sound.join('; '));
  const { method } = requestContext.http;
  const hasBody = body !== undefined && method !== 'GET' && method !== 'HEAD';
  return new Request(urlOf(event, origin), {
    method,
    headers,
    ...(hasBody && { body: isBase64Encoded ? Buffer.from(body, 'base64') : body }),
  });
}

/** The gateway has decoded the path: what divides a URL into its parts belongs to the path here. */
function urlOf({ rawPath, rawQueryString }: APIGatewayProxyEventV2, origin: string): string {
  const path = rawPath.replace(/[?#\\]/g, encodeURIComponent);
  return `${origin}${path}${rawQueryString === '' ? '' : `?${rawQueryString}`}`;
}

/** Every answer of the portal is text. */
export async function resultOf(answer: Response): Promise<APIGatewayProxyStructuredResultV2> {
  const headers = Object.fromEntries([...answer.headers].filter(([name]) => name !== 'set-cookie'));
  const cookies = answer.headers.getSetCookie();
  return {
    statusCode: answer.status,
    headers,
    ...(cookies.length > 0 && { cookies }),
    body: await answer.text(),
    isBase64Encoded: false,
  };
}
