// A call of AWS that is signed by hand: what is sent, what is signed, and how much of an answer is read.
import { Readable } from 'node:stream';
import { type HttpRequest, HttpResponse } from '@smithy/core/protocols';
import { beforeEach, describe, expect, it } from 'vitest';
import { type AwsCall, awsCallsThrough } from '../../service/aws-call.ts';
import { frozenClock } from '../support/clock.ts';

const credentials = {
  accessKeyId: 'ASIASESSION1',
  secretAccessKey: 'canary-secret',
  sessionToken: 'canary-session-token',
};
const call: AwsCall = {
  signingName: 's3',
  region: 'eu-west-1',
  method: 'GET',
  url: new URL('https://example.com/v1/data?target=s3%3A%2F%2Fbucket%2Fa%20%2B*&aws_iam=t'),
  credentials,
};

let requests: HttpRequest[];
let chunks: Buffer[];
const send = (asked: AwsCall = call) =>
  awsCallsThrough(
    {
      handle: async (request) => {
        requests.push(request);
        return { response: new HttpResponse({ statusCode: 403, headers: {}, body: Readable.from(chunks) }) };
      },
    },
    frozenClock().now,
  )(asked);

beforeEach(() => {
  requests = [];
  chunks = [];
});

const sent = () => requests[0] ?? expect.fail('nothing was sent');

describe('a call of AWS', () => {
  it('is sent as it was asked for, and signed for its service, region and time', async () => {
    await send({ ...call, headers: { 'x-amz-account-id': '111122223333' } });
    const { method, protocol, hostname, port, path, query, headers } = sent();
    expect({ method, protocol, hostname, port, path, query }).toEqual({
      method: 'GET',
      protocol: 'https:',
      hostname: 'example.com',
      port: undefined,
      path: '/v1/data',
      query: { target: 's3://bucket/a +*', aws_iam: 't' },
    });
    expect(headers).toMatchObject({
      host: 'example.com',
      'x-amz-account-id': '111122223333',
      'x-amz-date': '20300401T120000Z',
      'x-amz-security-token': 'canary-session-token',
    });
    expect(headers['authorization']).toMatch(
      /^AWS4-HMAC-SHA256 Credential=ASIASESSION1\/20300401\/eu-west-1\/s3\/aws4_request, SignedHeaders=host;x-amz-account-id;x-amz-content-sha256;x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}$/,
    );
    expect(JSON.stringify(sent())).not.toContain('canary-secret');
  });

  it.each<[string, Partial<AwsCall>]>([
    ['another query', { url: new URL('https://example.com/v1/data?target=other') }],
    ['another header', { headers: { 'x-amz-account-id': '444455556666' } }],
    ['another body', { method: 'POST', body: '{}' }],
    ['another service', { signingName: 'sso-oauth' }],
    ['another secret', { credentials: { ...credentials, secretAccessKey: 'x' } }],
  ])('has another signature with %s', async (_, changed) => {
    await send();
    await send({ ...call, ...changed });
    const [one, other] = requests.map(({ headers }) => headers['authorization']?.slice(-64));
    expect(one).not.toBe(other);
  });

  it('may go to a port, as in the sandbox', async () => {
    await send({ ...call, url: new URL('http://127.0.0.1:4566/token?aws_iam=t') });
    expect(sent()).toMatchObject({
      protocol: 'http:',
      hostname: '127.0.0.1',
      port: 4_566,
      headers: { host: '127.0.0.1:4566' },
    });
  });

  it('is answered with its status and its text, whatever the pieces are', async () => {
    const text = Buffer.from('an answer: ü💥');
    chunks = [...text].map((byte) => Buffer.of(byte));
    expect(await send()).toEqual({ statusCode: 403, body: 'an answer: ü💥' });
  });

  it('reads no answer that is longer than a mebibyte', async () => {
    const mebibyte = Buffer.alloc(1024 * 1024, 'x');
    chunks = [mebibyte];
    expect((await send()).body).toHaveLength(mebibyte.length);
    chunks = [mebibyte, Buffer.from('x')];
    await expect(send()).rejects.toThrow('an answer of AWS is longer than 1048576 bytes');
  });
});
