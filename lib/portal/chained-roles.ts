// The roles that the portal assumes itself: those of chained targets, one by one, and none where there is no such target.
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { PortalSettings } from '../settings/settings.ts';

export interface ChainedRolesProps {
  readonly executionRole: IRole;
  readonly targets: PortalSettings['targets'];
}

export class ChainedRoles extends Construct {
  constructor(scope: Construct, id: string, { executionRole, targets }: ChainedRolesProps) {
    super(scope, id);
    const chained = targets.filter(({ mode }) => mode === 'chained');
    const resources = [...new Set(chained.map(({ role }) => role))];
    if (resources.length === 0) return;
    executionRole.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
        resources,
      }),
    );
  }
}
