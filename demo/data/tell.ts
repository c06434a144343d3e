// The data's story as the demo tells it: its sandbox, and how it ends.
import { brokerStacks } from '../../client/account/stacks.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/sandbox.ts';
import { trustTokenIssuer } from '../../sandbox/templates/data-access-stacks.ts';
import type { Narrator } from '../narration/narrator.ts';
import { clientConfigOf, environmentNameOf } from '../sandbox/place.ts';
import type { AccessGrants } from './access-grants.ts';
import { startIssuer } from './issuer.ts';
import { APPLICATION, openBroker } from './open-broker.ts';
import { playDataStory } from './story.ts';

/** @returns the words at the end of a story that came out right */
export async function tellData(
  environment: string,
  narrator: Narrator,
  options: Pick<SandboxOptions, 'assemblyDirectory'> = {},
): Promise<string> {
  let sandbox: Sandbox | undefined;
  const environmentName = environmentNameOf(environment);
  const hasDataAccess = environmentName === 'Sandbox';
  const identityCenter = `IdentityCenter-Service-${environmentName}`;
  const issuer = await startIssuer(APPLICATION);
  try {
    await narrator.step('Deploy the synthesized stacks into a sandbox', async (progress) => {
      const stacks = [...brokerStacks(environmentName), ...(hasDataAccess ? [identityCenter] : [])];
      const { signal } = narrator;
      sandbox = await startSandbox({
        port: 0,
        environment,
        stacks,
        dataAccess: hasDataAccess,
        onProgress: progress,
        signal,
        ...options,
        amendTemplate: (_, template) => trustTokenIssuer(template, issuer.url),
      });
      return `cdk synth → ${stacks.join(', ')}`;
    });
    if (!sandbox) throw new Error('there is no sandbox');
    const { accountId, region, partition } = sandbox.account;
    const account = { accountId, region, partition };
    const clientConfig = clientConfigOf(sandbox);
    const jwksUrl = sandbox.jwks.publish('/shopfast/jwks.json', issuer.jwks);
    const broker = { account, clientConfig, environmentName, issuer, jwksUrl };
    await playDataStory(
      {
        account,
        clientConfig,
        ...(hasDataAccess && {
          openBroker: (grants: AccessGrants, locationId: string) => openBroker(broker, grants, locationId),
        }),
      },
      narrator,
    );
    return endingOf(narrator.notTried);
  } finally {
    await sandbox?.stop();
    await issuer.close();
  }
}

function endingOf(notTried: readonly string[]): string {
  const summary =
    notTried.length === 0
      ? 'Every step came out right.'
      : `Every step that was tried came out right. Not tried: ${notTried.join('; ')}.`;
  return `${summary}\n\nNext: docs/data-access-by-hand.md goes the way of a role by hand, with the AWS CLI. examples/shopfast/README.md has a \
web application whose users read their data.`;
}
