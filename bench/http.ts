// How many requests does the handler serve over HTTP, beside a handler that does nothing in the same place?
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import type { Template } from '../sandbox/template.ts';
import { EnvironmentVariable } from '../service/environment.ts';
import { Broker } from '../test/sandbox/support/broker.ts';
import { type RepeatableRequest, sendLoad } from '../test/sandbox/support/load.ts';
import { type Answer, atLeast, type Conditions, type Question, shown } from './question.ts';
import { amplePlans, type DeployedFunction } from './support/deployed-function.ts';
import { median } from './support/rounds.ts';

const CONNECTIONS = 4;
const AMPLE = 100_000;
const emptyHandler = "export const handler = async () => ({ statusCode: 200, body: '{}' });";

/** One sandbox, one execution environment, one application with cached credentials. */
interface Place {
  readonly sandbox: Sandbox;
  /** `POST /credentials`, as long as its signature is valid. */
  signedRequest(): Promise<RepeatableRequest>;
  /** Requests a second, by round: over HTTP, and straight into the execution environment. */
  readonly overHttp: number[];
  readonly straight: number[];
}

export const http: Question = {
  name: 'http',
  title: 'Requests a second over HTTP through the sandbox, handler against an empty one',
  needsWakefulCores: true,
  async ask({ isQuick, deployed }: Conditions): Promise<Answer> {
    const directory = mkdtempSync(join(tmpdir(), 'iam-session-broker-bench-'));
    const emptied = emptiedAssembly(deployed, directory);
    const places: Record<string, Place> = {};
    try {
      places['empty'] = await startPlace(emptied);
      places['handler'] = await startPlace(deployed.assemblyDirectory);
      const seconds = isQuick ? 1 : 3;
      for (const place of Object.values(places)) await loadOverHttp(place, isQuick ? 2 : 20);
      for (let round = 0; round < (isQuick ? 2 : 9); round += 1) {
        for (const place of Object.values(places)) place.overHttp.push(await loadOverHttp(place, seconds));
      }
      return {
        findings: [atLeast('requests a second', ratio(places, 'overHttp'), 0.8, '× an empty handler')],
        details: Object.entries(places).map(
          ([name, { overHttp }]) => `${name}: ${shown(median(overHttp))} requests a second`,
        ),
        raw: Object.fromEntries(Object.entries(places).map(([name, { overHttp }]) => [name, { overHttp }])),
      };
    } finally {
      await Promise.all(Object.values(places).map(({ sandbox }) => sandbox.stop()));
      rmSync(directory, { recursive: true, force: true });
    }
  },
};

function ratio({ handler, empty }: Record<string, Place>, way: 'overHttp' | 'straight'): number {
  return median((handler?.[way] ?? []).map((rate, round) => rate / (empty?.[way][round] ?? Number.NaN)));
}

/** The same cloud assembly with a function that does nothing. */
function emptiedAssembly({ assemblyDirectory, bundlePath }: DeployedFunction, directory: string): string {
  cpSync(assemblyDirectory, directory, { recursive: true });
  writeFileSync(join(directory, relative(assemblyDirectory, bundlePath)), emptyHandler);
  return directory;
}

async function startPlace(assemblyDirectory: string): Promise<Place> {
  const sandbox = await startSandbox({
    assemblyDirectory,
    allowsAll: true,
    maxEnvironments: 1,
    amendTemplate: (_, template) => liftLimits(template),
  });
  const broker = await Broker.of(sandbox);
  const application = broker.createApplication('App');
  await application.call('POST', 'applications', application.registration());
  return {
    sandbox,
    signedRequest: () => application.credentialsRequest('Yellow'),
    overHttp: [],
    straight: [],
  };
}

/** Neither the stage nor a usage plan refuses: what is measured is how many requests can be served. */
function liftLimits(template: Template): void {
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type === 'AWS::ApiGatewayV2::Stage') {
      Object.assign(Properties as object, {
        DefaultRouteSettings: { ThrottlingRateLimit: AMPLE, ThrottlingBurstLimit: AMPLE },
      });
    }
    if (Type === 'AWS::Lambda::Function') {
      const { Variables } = (Properties as { Environment: { Variables: Record<string, string> } })
        .Environment;
      Variables[EnvironmentVariable.usagePlans] = amplePlans;
    }
  }
}

/** Requests a second that were answered; throws where one was not answered with 200. */
async function loadOverHttp(place: Place, seconds: number): Promise<number> {
  const request = await place.signedRequest();
  const { statusCodes, elapsedSeconds } = await sendLoad(request, { seconds, connections: CONNECTIONS });
  const { 200: answered = 0, ...others } = statusCodes;
  if (Object.keys(others).length > 0) throw new Error(`answers other than 200: ${Object.keys(others)}`);
  return answered / elapsedSeconds;
}
