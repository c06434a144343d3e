// cdk-nag's AWS Solutions pack, on the stacks of every environment, each with a portal, access grants and an Identity Center; and of one more with data access.
import { App, type Stack, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, NagPack } from 'cdk-nag';
import { afterEach, describe, expect, it, vi } from 'vitest';
import cdkJson from '../../cdk.json' with { type: 'json' };
import { AccessGrantsStack } from '../../lib/access-grants/service-stack.ts';
import { ServiceStack } from '../../lib/broker/service-stack.ts';
import { IdentityCenterStack } from '../../lib/identity-center/service-stack.ts';
import { IdentityProviderStack } from '../../lib/identity-provider/service-stack.ts';
import { PortalStack } from '../../lib/portal/service-stack.ts';
import { readSettings } from '../../lib/settings/context.ts';
import type { AccessGrantsSettings, IdentityCenterSettings } from '../../lib/settings/settings.ts';
import { portalWith, targetWith } from '../support/portal-settings.ts';

/** Chained, too: what the function's role is granted then is looked at as well. */
const portal = portalWith({ targets: [targetWith(), targetWith({ service: 'chained', mode: 'chained' })] });
const { accessGrants, identityCenter: center } = cdkJson.context.examples.shopfast.sandbox;
const identityCenter = { ...center, issuer: { url: 'https://login.example.com' } };
const environments = Object.fromEntries(
  Object.entries(cdkJson.context.environments).map(([name, settings]) => [
    name,
    { ...settings, portal, accessGrants, identityCenter },
  ]),
);
/** With all of data access, its table too. */
const dataAccess = {
  identityCenterApplications: {
    App: 'arn:aws:sso::111122223333:application/ssoins-1234567890abcdef/apl-1234567890abcdef',
  },
};
Object.assign(environments, {
  data: { dataAccess, sharedSessions: true, portal, accessGrants, identityCenter },
});
const app = new App({ context: { environments, 'aws:cdk:bundling-stacks': [] } });
const stacks: [string, Stack][] = readSettings(app.node).flatMap((settings) => {
  const { environmentName, isRetained, portal: complete } = settings;
  const withCenter = settings.identityCenter as IdentityCenterSettings;
  const withGrants = settings.accessGrants as AccessGrantsSettings;
  return [
    new IdentityProviderStack(app, `IdentityProvider-Service-${environmentName}`, settings),
    new ServiceStack(app, `IAMSessionBroker-Service-${environmentName}`, settings),
    ...(complete ? [new PortalStack(app, `Portal-Service-${environmentName}`, settings, complete)] : []),
    new IdentityCenterStack(app, `IdentityCenter-Service-${environmentName}`, {
      settings: withCenter,
      environment: settings,
    }),
    new AccessGrantsStack(app, `AccessGrants-Service-${environmentName}`, {
      settings: withGrants,
      isRetained,
    }),
  ].map((stack): [string, Stack] => [stack.stackName, stack]);
});

/** `rule path`, one a resource. */
function findings(stack: Stack): string[] {
  const { violations } = new AwsSolutionsChecks(app).validateScope(stack);
  return violations.flatMap(({ ruleName, violatingResources }) =>
    violatingResources.map(({ constructPath }) => `${ruleName} ${constructPath}`),
  );
}

afterEach(() => vi.restoreAllMocks());

describe.each(stacks)('%s', (_, stack) => {
  it('has no finding that is not acknowledged', () => {
    expect(findings(stack)).toEqual([]);
  });

  it('acknowledges nothing that the pack does not find, and gives a reason for each', () => {
    const acknowledged = stack.node.findAll().flatMap((construct) =>
      construct.node.metadata
        .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
        .flatMap(({ data }) => Object.entries(data as Record<string, string>))
        .map(([id, reason]) => ({ id: id.replace(/^annotation::/i, ''), path: construct.node.path, reason })),
    );
    expect(acknowledged.length).toBeGreaterThan(0);
    for (const { reason } of acknowledged) expect(reason).toMatch(/^[A-Z].{20,}\.$/);

    vi.spyOn(NagPack.prototype as unknown as { isAcknowledged(): boolean }, 'isAcknowledged').mockReturnValue(
      false,
    );
    const found = findings(stack);
    const idle = acknowledged.filter(
      ({ id, path }) =>
        // The CLI's own rules: what of theirs is acknowledged, npm run synth would tell.
        !id.startsWith('CloudFormation-Validate::') &&
        !found.some((finding) => finding.startsWith(`${id} ${path}`)),
    );
    expect(idle).toEqual([]);
  });
});
