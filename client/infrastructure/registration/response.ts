// The answer to CloudFormation: a PUT to the address that the request brought along.
import type { Send } from '../../library/https.ts';
import { parsedUrl } from '../../library/parsed-url.ts';
import type { Timing } from '../../library/timing.ts';
import type { CustomResourceRequest, Outcome } from './custom-resource.ts';

const ATTEMPTS = 4;
const ATTEMPT_MS = 4_000;

/**
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html
 * @throws Error where it cannot be delivered: Lambda then invokes the function again
 */
export async function respond(
  { send, timing }: { readonly send: Send; readonly timing: Timing },
  request: CustomResourceRequest,
  { physicalId, data }: Outcome,
  reason: string | undefined,
): Promise<void> {
  const { RequestId, StackId, LogicalResourceId, ResponseURL } = request;
  if (!isConfidential(ResponseURL)) throw new Error('ResponseURL: must be https; http is for loopback alone');
  const body = JSON.stringify({
    Status: reason === undefined ? 'SUCCESS' : 'FAILED',
    ...(reason !== undefined && { Reason: reason }),
    PhysicalResourceId: physicalId,
    StackId,
    RequestId,
    LogicalResourceId,
    Data: data,
  });
  // The address is signed for a PUT without a content type.
  const headers = { 'content-type': '', 'content-length': String(Buffer.byteLength(body)) };
  for (let attempt = 1; ; attempt += 1) {
    const status = await send({ url: ResponseURL, method: 'PUT', headers, body, timeoutMs: ATTEMPT_MS }).then(
      (answer) => answer.status,
      () => 0,
    );
    if (status >= 200 && status < 300) return;
    if (attempt === ATTEMPTS) throw new Error(`CloudFormation was not told: status ${status}`);
    await timing.sleep(250 * attempt);
  }
}

function isConfidential(text: string): boolean {
  const { protocol, hostname } = parsedUrl(text) ?? {};
  return protocol === 'https:' || (protocol === 'http:' && hostname === '127.0.0.1');
}
