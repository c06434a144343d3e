// `isb doctor` where something else answers in the broker's place: nothing of that is taken for well.
import { describe, expect, it } from 'vitest';
import { sandbox, useBroker } from './support/broker-sandbox.ts';
import { afterEndpoint, application, examine, expectFirst, type Finding } from './support/isb-doctor.ts';
import { impatientTiming, serve } from './support/isb-world.ts';

useBroker();

describe('isb doctor finds', () => {
  it('a web page', async () => {
    const url = await serve((_, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<p>hello</p>'),
    );
    const found = await examine((await application()).own, { args: ['--endpoint', url] });
    expectFirst(found, 'endpoint', /is no broker: it answers 200 text\/html$/, afterEndpoint);
  });

  it('another API', async () => {
    const url = `${sandbox.environment['ISB_API_ENDPOINT']}elsewhere/`;
    const found = await examine((await application()).own, { args: ['--endpoint', url] });
    expectFirst(found, 'endpoint', /is another API: it has no route \/applications$/, afterEndpoint);
  });
});

describe('what answers like a broker’s gateway, and is none:', () => {
  /** Refuses what is unsigned as the gateway does; signed requests get the answer. */
  const examineAnswering = async (answer: (request: string) => [status: number, body: object]) => {
    const url = await serve((request, response) => {
      const [status, body] = request.headers.authorization
        ? answer(`${request.method} ${request.url}`)
        : [403, { message: 'Forbidden' }];
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    return examine((await application()).own, {
      args: ['--endpoint', url],
      timing: impatientTiming(),
    });
  };
  const of = (findings: readonly Finding[], wanted: string) =>
    findings.filter(({ step }) => step === wanted).map(({ status, what }) => `${status}: ${what}`);

  it('codes that are names of JavaScript’s own', async () => {
    const { exitCode, findings } = await examineAnswering(() => [400, { code: 'constructor', message: 'x' }]);
    expect(exitCode).toBe(1);
    expect(of(findings, 'registration')).toEqual(['fails: constructor: x']);
    expect(findings.map(({ remedy = '' }) => remedy).join()).not.toContain('function');
  });

  it('a registration that is none', async () => {
    const { findings } = await examineAnswering((request) =>
      request === 'GET /applications' ? [200, {}] : [400, { code: 'TokenMalformed', message: 'x' }],
    );
    expect(of(findings, 'registration')).toEqual([expect.stringMatching(/^fails: the answer holds no regi/)]);
    expect(of(findings, 'token')[0]).toBe('ok: is a JWT that has not expired');
  });

  it('an answer of 429 that no gateway gives', async () => {
    const url = await serve((_, response) => response.writeHead(429).end('<p>slow down</p>'));
    const found = await examine((await application()).own, { args: ['--endpoint', url] });
    expectFirst(found, 'endpoint', /is no broker: it answers 429/, afterEndpoint);
  });

  it('no word of whether there is a registration', async () => {
    const { findings } = await examineAnswering((request) =>
      request === 'GET /applications'
        ? [403, { message: 'Forbidden' }]
        : [503, { code: 'AccessMetadataUnavailable', message: 'x' }],
    );
    expect(of(findings, 'registration')).toEqual([
      'not tried: whether there is one, the caller may not read',
    ]);
  });
});
