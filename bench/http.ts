// How many requests does the handler serve over HTTP, beside a handler that does nothing in the same place?

import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ExecutionEnvironment } from '../sandbox/lambda/execution-environment.ts';
import { listenOnLoopback } from '../sandbox/loopback-listener.ts';
import { sendLoad } from '../test/sandbox/support/load.ts';
import { credentialsEvent } from './measured/requests.ts';
import { type Answer, atLeast, type Conditions, type Question, shown } from './question.ts';
import { median } from './support/rounds.ts';
import { startStandIns } from './support/stand-ins.ts';
import { generateTokenKey, signToken } from './support/tokens.ts';

const CONNECTIONS = 4;
const emptyHandler = "export const handler = async () => ({ statusCode: 200, body: '{}' });";

interface Served {
  readonly perSecond: number[];
  /** Lines that the handler logged. */
  lines: number;
}

export const http: Question = {
  name: 'http',
  title: 'Requests a second over HTTP, handler against an empty one',
  needsWakefulCores: true,
  async ask({ isQuick, deployed }: Conditions): Promise<Answer> {
    const key = generateTokenKey();
    const standIns = await startStandIns({ latencyMs: 0, jwks: key.jwks });
    const directory = mkdtempSync(join(tmpdir(), 'iam-session-broker-bench-'));
    writeFileSync(join(directory, 'index.mjs'), emptyHandler);
    const event = JSON.stringify(
      credentialsEvent(signToken(createPrivateKey(key.privateKeyPem), { tenant: 'Yellow' })),
    );
    const variables = { ...deployed.variables, ...standIns.variables };
    const served: Record<'empty' | 'handler', Served> = {
      empty: { perSecond: [], lines: 0 },
      handler: { perSecond: [], lines: 0 },
    };
    const endpoints = await Promise.all([
      startEndpoint(event, { ...variables, LAMBDA_TASK_ROOT: directory }, served.empty),
      startEndpoint(event, { ...variables, LAMBDA_TASK_ROOT: dirname(deployed.bundlePath) }, served.handler),
    ]);
    const [empty, handler] = endpoints;
    try {
      const seconds = isQuick ? 1 : 3;
      await load(empty.url, isQuick ? 1 : 10);
      await load(handler.url, isQuick ? 2 : 20);
      for (let round = 0; round < (isQuick ? 2 : 9); round += 1) {
        served.empty.perSecond.push(await load(empty.url, seconds));
        served.handler.perSecond.push(await load(handler.url, seconds));
      }
      const ratios = served.handler.perSecond.map(
        (rate, round) => rate / (served.empty.perSecond[round] ?? Number.NaN),
      );
      return {
        findings: [atLeast('requests a second', median(ratios), 0.8, '× an empty handler')],
        details: Object.entries(served).map(
          ([name, { perSecond, lines }]) =>
            `${name}: ${shown(median(perSecond))} requests a second, ${lines} lines logged`,
        ),
        raw: served,
      };
    } finally {
      await Promise.all(endpoints.map((endpoint) => endpoint.stop()));
      await standIns.stop();
      rmSync(directory, { recursive: true, force: true });
    }
  },
};

/** An HTTP endpoint in front of one execution environment, which serves one request at a time. */
async function startEndpoint(event: string, variables: Record<string, string>, served: Served) {
  const environment = new ExecutionEnvironment({
    variables: { ...variables, _HANDLER: 'index.handler', PATH: process.env['PATH'] ?? '' },
    memoryMb: 1024,
    timeoutSeconds: 10,
    initialization: 'provisioned-concurrency',
    credentialsExpireAt: Number.POSITIVE_INFINITY,
    onLine: () => {
      served.lines += 1;
    },
  });
  await environment.initialized;
  let last: Promise<unknown> = Promise.resolve();
  let requests = 0;
  const invoke = (): Promise<string> => {
    requests += 1;
    const invocation = {
      requestId: `request-${requests}`,
      event,
      traceId: `Root=1-67891233-${String(requests).padStart(24, '0')};Parent=463ac35c9f6413ad;Sampled=${requests % 20 === 1 ? 1 : 0}`,
      functionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:IAMSessionBroker:live',
    };
    const result = last.then(() => environment.invoke(invocation));
    last = result.catch(() => undefined);
    return result;
  };
  const listener = await listenOnLoopback(
    () =>
      createServer(async (_, response) => {
        const { statusCode, headers, body } = JSON.parse(await invoke());
        response.writeHead(statusCode, headers).end(body);
      }),
    0,
  );
  return {
    url: `http://127.0.0.1:${listener.port}/`,
    async stop() {
      await listener.close();
      await environment.end();
    },
  };
}

/** Requests a second that were answered; throws where one was not answered with 200. */
async function load(url: string, seconds: number): Promise<number> {
  const { statusCodes, elapsedSeconds } = await sendLoad(
    { url, method: 'GET', headers: {} },
    { seconds, connections: CONNECTIONS },
  );
  const { 200: answered = 0, ...others } = statusCodes;
  if (Object.keys(others).length > 0) throw new Error(`answers other than 200: ${Object.keys(others)}`);
  return answered / elapsedSeconds;
}
