// DeleteObjects: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
import type { Operation, OperationCall } from '../../account/operation.ts';
import type { RestXmlOutput } from '../../account/service.ts';
import { authorize } from '../../authorization/authorization.ts';
import { AwsError } from '../../aws-error.ts';
import { wordDenial } from '../../protocols/rest-xml.ts';
import { bucketOf, objectArn } from './bucket-request.ts';
import { notImplemented } from './not-implemented.ts';
import { readPayload } from './payload.ts';
import { malformedXml, parseXml } from './xml-body.ts';

/** Every object is decided by itself, so one that may not be deleted does not keep the others. */
export const deleteObjects: Operation = {
  async run(call): Promise<RestXmlOutput> {
    const bucket = bucketOf(call);
    const { keys, quiet } = await readRequest(call);
    const Deleted: { Key: string }[] = [];
    const Errors: { Key: string; Code: string; Message: string }[] = [];
    for (const key of keys) {
      const { allowed, reason } = authorize(call.account, call.caller, {
        action: 's3:DeleteObject',
        resource: objectArn(call, key),
      });
      if (!allowed) {
        Errors.push({ Key: key, Code: 'AccessDenied', Message: wordDenial(reason) });
      } else {
        bucket.objects.delete(key);
        if (!quiet) Deleted.push({ Key: key });
      }
    }
    return { xml: { DeleteResult: { Deleted, Error: Errors } } };
  },
};

async function readRequest(call: OperationCall): Promise<{ keys: string[]; quiet: boolean }> {
  const { body, verified } = await readPayload(call);
  if (!verified) {
    throw new AwsError(
      'InvalidRequest',
      'Missing required header for this request: Content-MD5 OR x-amz-checksum-*',
    );
  }
  const { Object: objects, Quiet } = parseXml(body, 'Delete');
  if (!Array.isArray(objects) || objects.length > 1_000) throw malformedXml();
  return { keys: objects.map(keyIn), quiet: Quiet === 'true' };
}

function keyIn(object: Record<string, unknown>): string {
  const { Key: key, ...others } = object;
  if (typeof key !== 'string' || key === '') throw malformedXml();
  const [unknown] = Object.keys(others).filter((name) => name !== '#text');
  if (unknown !== undefined) throw notImplemented(`DeleteObjects ${unknown}`);
  return key;
}
