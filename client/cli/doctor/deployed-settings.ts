// Step: the deployment's settings, as its stack's template has them: the usage plan, and plans that are nobody's.
import { nameOfError } from '../../account/error-name.ts';
import { NotDeployed } from '../../account/not-deployed.ts';
import type { Step } from './checkup.ts';
import type { AppliedPlan } from './deployment.ts';
import { type Finding, notTried, ok } from './finding.ts';

export const deployedSettings: Step = {
  name: 'settings',
  needs: ['region', 'credentials'],
  async check(checkup) {
    const { registration } = checkup.facts;
    const config = {
      region: checkup.fact('region'),
      credentials: checkup.fact('credentials'),
      maxAttempts: 1,
    };
    const [{ planFor, readDeployment }, { orphanedPlans }] = await Promise.all([
      import('./deployment.ts'),
      import('./orphaned-plans.ts'),
    ]);
    try {
      const deployment = await readDeployment(config, checkup.values.environment);
      const applicationName = registration && String(registration['ApplicationName']);
      return [
        planFinding(applicationName, planFor(applicationName, deployment)),
        ...(deployment.requiresPinnedTrust ? [ok('requirePinnedTrust is on')] : []),
        ...(await orphanedPlans(config, deployment)),
      ];
    } catch (error) {
      const reason = error instanceof NotDeployed ? error.message : nameOfError(error);
      return [
        notTried(
          `usage plans and requirePinnedTrust cannot be read: ${reason}`,
          'operators may, with cloudformation:DescribeStacks and GetTemplate',
        ),
      ];
    }
  },
};

function planFinding(applicationName: string | undefined, plan: AppliedPlan): Finding {
  const { rateLimit, burstLimit, isDefault } = plan;
  const whose = !isDefault
    ? 'its own usage plan'
    : applicationName !== undefined
      ? 'the default usage plan'
      : 'whose plan it is, no registration tells; the default one';
  return ok(`${whose}: ${rateLimit} requests a second, bursts of ${burstLimit}`);
}
