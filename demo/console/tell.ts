// The console's story as the demo tells it: its sandbox, its browser, and how it ends.
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/sandbox.ts';
import type { Narrator } from '../narration/narrator.ts';
import { clientConfigOf, environmentNameOf, refusalsSince, variable } from '../sandbox/place.ts';
import { chromiumVisitors, findChromium } from './chromium.ts';
import { httpVisitors } from './http-visitor.ts';
import { type ConsoleStage, playConsoleStory } from './story.ts';
import type { Visitors } from './visitor.ts';

export interface ConsoleOptions extends Pick<SandboxOptions, 'assemblyDirectory' | 'amendTemplate'> {
  /** Where a Chromium is looked for: default this process's own. */
  readonly variables?: NodeJS.ProcessEnv;
}

const ending = `Every step came out right.

Next: npm start leaves the sandbox running: open ISB_PORTAL_URL in a browser of your own. docs/portal.md says how to set up a \
portal in AWS.`;

/** @returns the words at the end of a story that came out right */
export async function tellConsole(
  environment: string,
  narrator: Narrator,
  { variables = process.env, ...options }: ConsoleOptions = {},
): Promise<string> {
  let sandbox: Sandbox | undefined;
  let visitors: Visitors | undefined;
  // A browser that waits for an answer waits until it is closed.
  const close = () => void visitors?.close().catch(() => {});
  narrator.signal?.addEventListener('abort', close);
  try {
    await narrator.step(
      'Deploy the synthesized stack into a sandbox, and the roles of its targets',
      async (progress) => {
        const stackName = `Portal-Service-${environmentNameOf(environment)}`;
        sandbox = await startSandbox({
          port: 0,
          environment,
          stacks: [stackName],
          onProgress: progress,
          signal: narrator.signal,
          ...options,
        });
        return `cdk synth → ${stackName}\nisb target-role → ${sandbox.portal?.targetRoles.services.join(', ')}`;
      },
    );
    if (!sandbox) throw new Error('there is no sandbox');
    visitors = await visitorsOf(variable(sandbox, 'ISB_PORTAL_URL'), variables);
    await playConsoleStory(stageOf(sandbox, visitors), narrator);
    return ending;
  } finally {
    narrator.signal?.removeEventListener('abort', close);
    await visitors?.close().catch(() => {});
    await sandbox?.stop();
  }
}

async function visitorsOf(portalUrl: string, variables: NodeJS.ProcessEnv): Promise<Visitors> {
  const path = await findChromium(variables);
  if (path === undefined)
    return httpVisitors(
      portalUrl,
      variables['CHROMIUM'] === '' ? 'CHROMIUM is empty' : 'There is no Chromium, and CHROMIUM names none',
    );
  return chromiumVisitors(path, portalUrl).catch((error: Error) =>
    httpVisitors(portalUrl, `${path} does not start (${error.message.split('\n')[0]})`),
  );
}

function stageOf(sandbox: Sandbox, visitors: Visitors): ConsoleStage {
  const { account } = sandbox;
  return {
    clientConfig: clientConfigOf(sandbox),
    accountId: account.accountId,
    portalUrl: variable(sandbox, 'ISB_PORTAL_URL'),
    password: variable(sandbox, 'ISB_PORTAL_PASSWORD'),
    visitors,
    trail: () => account.trail.events,
    refusals: refusalsSince(sandbox),
  };
}
