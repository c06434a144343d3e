// How many requests does the handler serve over HTTP, beside a handler that does nothing in the same place?
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { brokerStacks } from '../client/account/stacks.ts';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import type { Template } from '../sandbox/templates/template.ts';
import { EnvironmentVariable } from '../service/broker/environment.ts';
import { setProperties, setVariables } from '../test/sandbox/support/amendments.ts';
import { Broker } from '../test/sandbox/support/broker.ts';
import { type RepeatableRequest, sendLoad } from '../test/sandbox/support/load.ts';
import { eventOf } from '../test/support/events.ts';
import { type Answer, atLeast, type Conditions, type Form, type Question, shown } from './question.ts';
import { amplePlans, type DeployedFunction } from './support/deployed-function.ts';
import { median } from './support/rounds.ts';
import { ratio, type Sampled } from './support/verdict.ts';

const CONNECTIONS = 4;
const AMPLE = 100_000;
const emptyHandler = "export const handler = async () => ({ statusCode: 200, body: '{}' });";

/** One sandbox, one execution environment, one application with cached credentials. */
interface Place {
  readonly sandbox: Sandbox;
  /** `POST /credentials`, signed anew: signatures last for five minutes. */
  signedRequest(): Promise<RepeatableRequest>;
  /** The same as the event that it becomes. */
  readonly event: unknown;
  /** Requests a second, by round. */
  readonly rates: Record<Way, number[]>;
}

/** Over HTTP through the stand-in of API Gateway, or straight into the execution environment's process. */
type Way = 'overHttp' | 'straight';

const extents: Record<Form, { warmUpSeconds: number; rounds: number; straightSeconds: number }> = {
  full: { warmUpSeconds: 20, rounds: 31, straightSeconds: 0.5 },
  quick: { warmUpSeconds: 2, rounds: 3, straightSeconds: 0.25 },
  smoke: { warmUpSeconds: 1, rounds: 1, straightSeconds: 0.05 },
};

export const http: Question = {
  name: 'http',
  title: 'Requests a second over HTTP through the sandbox, handler against an empty one',
  async ask({ form, deployed }: Conditions): Promise<Answer> {
    const { warmUpSeconds, rounds, straightSeconds } = extents[form];
    const directory = mkdtempSync(join(tmpdir(), 'iam-session-broker-bench-'));
    const sandboxes: Sandbox[] = [];
    const startPlace = async (assemblyDirectory: string): Promise<Place> => {
      const sandbox = await startLimitless(assemblyDirectory);
      sandboxes.push(sandbox);
      return placeIn(sandbox);
    };
    try {
      const places = {
        empty: await startPlace(emptiedAssembly(deployed, directory)),
        handler: await startPlace(deployed.assemblyDirectory),
      };
      for (const place of Object.values(places)) await loadOverHttp(place, warmUpSeconds);
      for (let round = 0; round < rounds; round += 1) {
        for (const { rates, ...place } of Object.values(places)) {
          rates.overHttp.push(await loadOverHttp(place, 1));
          rates.straight.push(await loadStraight(place, straightSeconds));
        }
      }
      return {
        findings: [atLeast('requests a second', ofEmpty(places, 'overHttp'), 0.8, '× an empty handler')],
        details: [
          ...Object.entries(places).map(
            ([name, { rates }]) =>
              `${name}: ${shown(median(rates.overHttp))} requests a second; straight into its process ${shown(median(rates.straight))}`,
          ),
          `straight into its process: ${shown(ofEmpty(places, 'straight').value)} × an empty handler`,
        ],
        raw: Object.fromEntries(Object.entries(places).map(([name, { rates }]) => [name, rates])),
      };
    } finally {
      await Promise.all(sandboxes.map((sandbox) => sandbox.stop()));
      rmSync(directory, { recursive: true, force: true });
    }
  },
};

function ofEmpty({ handler, empty }: Record<'handler' | 'empty', Place>, way: Way): Sampled {
  return ratio({ handler: handler.rates[way], empty: empty.rates[way] }, 'handler', 'empty');
}

/** The same cloud assembly with a function that does nothing. */
function emptiedAssembly({ assemblyDirectory, bundlePath }: DeployedFunction, directory: string): string {
  cpSync(assemblyDirectory, directory, { recursive: true });
  writeFileSync(join(directory, relative(assemblyDirectory, bundlePath)), emptyHandler);
  return directory;
}

function startLimitless(assemblyDirectory: string): Promise<Sandbox> {
  return startSandbox({
    assemblyDirectory,
    stacks: brokerStacks('Sandbox'),
    allowsAll: true,
    maxEnvironments: 1,
    amendTemplate: (_, template) => liftLimits(template),
  });
}

async function placeIn(sandbox: Sandbox): Promise<Place> {
  const broker = await Broker.of(sandbox);
  const application = broker.createApplication('App');
  await application.call('POST', 'applications', application.registration());
  const caller = {
    applicationName: application.roleName,
    applicationRoleId: sandbox.account.identities.role(application.roleName).roleId,
  };
  return {
    sandbox,
    signedRequest: () => application.credentialsRequest('Yellow'),
    event: eventOf('POST /credentials', { caller, body: { JWT: await broker.tokenOf('Yellow') } }),
    rates: { overHttp: [], straight: [] },
  };
}

/** Neither the gateway nor a usage plan refuses, and none waits for a start: what is measured is how many are served. */
function liftLimits(template: Template): void {
  setProperties(template, 'AWS::ApiGatewayV2::Stage', {
    DefaultRouteSettings: { ThrottlingRateLimit: AMPLE, ThrottlingBurstLimit: AMPLE },
    RouteSettings: {},
  });
  setProperties(template, 'AWS::Lambda::Alias', {
    ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 1 },
  });
  setVariables(template, () => ({ [EnvironmentVariable.usagePlans]: amplePlans }));
}

/** Requests a second that were answered; throws where one was not answered with 200. */
async function loadOverHttp(
  { signedRequest }: Pick<Place, 'signedRequest'>,
  seconds: number,
): Promise<number> {
  const request = await signedRequest();
  const { statusCodes, elapsedSeconds } = await sendLoad(request, { seconds, connections: CONNECTIONS });
  const { 200: answered = 0, ...others } = statusCodes;
  if (Object.keys(others).length > 0) throw new Error(`answers other than 200: ${Object.keys(others)}`);
  return answered / elapsedSeconds;
}

/** As many requests under way as there would be connections. */
async function loadStraight(
  { sandbox, event }: Pick<Place, 'sandbox' | 'event'>,
  seconds: number,
): Promise<number> {
  const [served] = sandbox.functions.all;
  const endAt = performance.now() + seconds * 1000;
  let answered = 0;
  const connection = async () => {
    while (performance.now() < endAt) {
      const answer = await served?.invoke(event, { qualifier: 'live' });
      if (!answer?.startsWith('{"statusCode":200')) throw new Error(`answered ${answer?.slice(0, 100)}`);
      answered += 1;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  return answered / seconds;
}
