import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { Interruption } from '../../client/account/interruption.ts';
import type { PolicyDocument } from '../../client/account/roles.ts';
import { playStory, type StoryOptions } from '../../demo/broker/story.ts';
import { sandboxTarget } from '../../demo/broker/target.ts';
import { readCloudAssembly } from '../../sandbox/templates/cloud-assembly.ts';
import type { Template } from '../../sandbox/templates/template.ts';
import { addCustomDomain, customName } from './fixtures/custom-domain.ts';
import { withoutActions } from './support/amendments.ts';
import { failureOf, listen } from './support/listening.ts';

const assemblyDirectory = inject('assemblyDirectory');

interface Played {
  readonly passed: boolean;
  readonly lines: string[];
}

async function play(
  amendTemplate?: (stackName: string, template: Template) => void,
  options?: StoryOptions,
  environment = 'sandbox',
): Promise<Played> {
  const target = await sandboxTarget({
    assemblyDirectory,
    environment,
    ...(amendTemplate && { amendTemplate }),
  });
  const { narrator, lines } = listen();
  try {
    await playStory(target, narrator, options);
    return { passed: true, lines };
  } catch {
    return { passed: false, lines };
  } finally {
    await target.stop();
  }
}

/** Every environment of cdk.json, `production`. */
const environments = readCloudAssembly(assemblyDirectory)
  .stacks.map(({ stackName }) => /^IAMSessionBroker-Service-(.+)$/.exec(stackName)?.[1]?.toLowerCase())
  .filter((environment) => environment !== undefined);

describe('the demo', () => {
  it.each(environments)('comes out right, step by step, in the environment %s', async (environment) => {
    const { passed, lines } = await play(undefined, undefined, environment);
    expect(lines.filter((line) => line.startsWith('✗'))).toEqual([]);
    expect(passed).toBe(true);
    expect(lines.filter((line) => line.startsWith('✓'))).toHaveLength(16);
    expect(lines).toContain('      POST /applications → 201, Warnings none');
  });

  it('does not show as passed what cannot be tried', async () => {
    const { expire: _, ...target } = await sandboxTarget({ assemblyDirectory });
    onTestFinished(() => target.stop());
    const { narrator, lines } = listen();
    await playStory(target, narrator);
    expect(lines.filter((line) => !/^(?:✓| )/.test(line))).toEqual([
      '– 14  Be refused with an expired token: not tried',
    ]);
    expect(narrator.notTried).toEqual(['step 14: Be refused with an expired token']);
  });

  it('comes out right under a custom domain name that no resolver knows', async () => {
    const { passed, lines } = await play((stackName, template) => {
      if (stackName.startsWith('IAMSessionBroker')) addCustomDomain(template);
    });
    expect(lines.filter((line) => line.startsWith('✗'))).toEqual([]);
    expect(passed).toBe(true);
    expect(lines.join('\n')).toMatch(new RegExp(`served at +http://${customName}:\\d+/`));
  });

  it('fails at the registration when the custom domain name leads nowhere', async () => {
    const played = await play((stackName, template) => {
      if (!stackName.startsWith('IAMSessionBroker')) return;
      addCustomDomain(template);
      delete template.Resources['Mapping'];
    });
    expect(played.passed).toBe(false);
    expect(failureOf(played.lines)).toMatch(/✗ .*Register the application/);
    expect(failureOf(played.lines)).toContain('the default endpoint is disabled');
  });

  it('fails at the registration when the trust policy lacks sts:TagSession, and says so', async () => {
    const amendTrustPolicy = (policy: PolicyDocument): PolicyDocument => ({
      ...policy,
      Statement: policy.Statement.map((statement) => ({ ...statement, Action: 'sts:AssumeRole' })),
    });
    const played = await play(undefined, { amendTrustPolicy });
    expect(played.passed).toBe(false);
    expect(failureOf(played.lines)).toMatch(/✗ .*Register the application/);
    expect(failureOf(played.lines)).toContain('was 403 AccessRoleNotAssumable');
    expect(
      failureOf(played.lines).match(/sts AssumeRole: AccessDenied .* perform: sts:TagSession/g),
    ).toHaveLength(1);
  });

  it('fails at the registration when the function’s role lacks its grant on the table, and says so', async () => {
    const played = await play((_, template) => withoutActions(template, 'dynamodb:'));
    expect(played.passed).toBe(false);
    expect(failureOf(played.lines)).toMatch(/✗ .*Register the application/);
    expect(failureOf(played.lines)).toContain('AccessMetadataUnavailable');
    expect(failureOf(played.lines)).toMatch(
      /dynamodb BatchGetItem: AccessDenied.* not authorized to perform: dynamodb:BatchGetItem/,
    );
    // The broker's own answer is told already, and in the trail it has no reason.
    expect(failureOf(played.lines)).not.toContain('execute-api');
  });

  it('fails at the registration when API Gateway may not invoke the alias, and says so', async () => {
    const played = await play((_, template) => {
      for (const [id, resource] of Object.entries(template.Resources)) {
        if (resource.Type === 'AWS::Lambda::Permission') delete template.Resources[id];
      }
    });
    expect(played.passed).toBe(false);
    expect(failureOf(played.lines)).toMatch(/✗ .*Register the application/);
    expect(failureOf(played.lines)).toMatch(
      /lambda Invoke: AccessDenied.*not authorized to perform: lambda:InvokeFunction/,
    );
  });

  it('shows no denial that the broker’s probe of the trust policy provoked', async () => {
    const played = await play((_, template) => withoutActions(template, 'dynamodb:PutItem'));
    expect(failureOf(played.lines)).toMatch(/✗ .*Register the application/);
    expect(failureOf(played.lines)).toMatch(/dynamodb TransactWriteItems: AccessDenied.* dynamodb:PutItem/);
    expect(failureOf(played.lines)).not.toContain('sts AssumeRole');
  });

  it('says so when the registration cannot be removed', async () => {
    const played = await play((_, template) => withoutActions(template, 'dynamodb:DeleteItem'));
    expect(failureOf(played.lines)).toMatch(/✗ .*Deregister the application/);
    expect(played.lines.join('\n')).toContain('could not remove the registration');
  });

  it('stops where it is when it is interrupted, and removes what it created', async () => {
    const target = await sandboxTarget({ assemblyDirectory });
    const abort = new AbortController();
    const interruption = new Interruption('SIGINT');
    const { narrator, lines } = listen(abort.signal);
    const amendTrustPolicy = (policy: PolicyDocument): PolicyDocument => {
      abort.abort(interruption);
      return policy;
    };
    try {
      await expect(playStory(target, narrator, { amendTrustPolicy })).rejects.toBe(interruption);
      const iam = new IAMClient(target.clientConfig);
      const { Roles = [] } = await iam.send(new ListRolesCommand({}));
      expect(Roles.map(({ RoleName }) => RoleName)).not.toContain('AppAccess');
    } finally {
      await target.stop();
    }
    expect(lines.filter((line) => /^[✓✗]/.test(line)).at(-1)).toMatch(
      /✓ .*Create the application’s two roles/,
    );
    expect(lines.join('\n')).not.toContain('could not remove');
  });
});
