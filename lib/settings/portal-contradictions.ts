// Settings of a portal that are right each by itself, and wrong together.
import { RegionInfo } from 'aws-cdk-lib/region-info';
import type { Contradiction } from './problem.ts';
import { isLoopbackUrl } from './saml-metadata.ts';
import type { PortalSettings, Settings } from './settings.ts';

/** Of the ARNs that the function's role names one by one; its policies may have 10,240 characters in all. */
const MAX_CHAINED_CHARACTERS = 8_000;

export function portalContradictions(
  { region, isRetained }: Pick<Settings, 'region' | 'isRetained'>,
  portal: PortalSettings,
): Contradiction[] {
  return [
    ...identityProvider(portal, isRetained),
    ...chainedPartitions(portal, region),
    ...chainedRoles(portal),
  ];
}

function identityProvider({ identityProvider: given }: PortalSettings, isRetained: boolean): Contradiction[] {
  if (!isRetained) return [];
  const message = 'must be https: an address of the machine itself is for the sandbox alone';
  const addresses = [
    { path: ['saml', 'metadata'], address: given.saml?.metadata },
    { path: ['oidc', 'issuer'], address: given.oidc?.issuer },
  ];
  return addresses
    .filter(({ address }) => isLoopbackUrl(address ?? ''))
    .map(({ path }) => ({ path: ['portal', 'identityProvider', ...path], message }));
}

/** STS knows the roles of its own partition alone, and nobody is known in another. */
function chainedPartitions({ targets }: PortalSettings, region: string | undefined): Contradiction[] {
  const partition = region && RegionInfo.get(region).partition;
  if (!partition) return [];
  return targets.flatMap(({ mode, role }, index) =>
    mode === 'chained' && role.split(':')[1] !== partition
      ? [
          {
            path: ['portal', 'targets', index, 'role'],
            message: `must be of ${partition} as ${region} is, to be chained: of another partition a role is entered by web-identity`,
          },
        ]
      : [],
  );
}

function chainedRoles({ targets }: PortalSettings): Contradiction[] {
  const arns = new Set(targets.filter(({ mode }) => mode === 'chained').map(({ role }) => role));
  const characters = JSON.stringify([...arns]).length;
  if (characters <= MAX_CHAINED_CHARACTERS) return [];
  const message = `must have at most ${MAX_CHAINED_CHARACTERS} characters of chained roles, which the function’s role names one by one, and has ${characters}`;
  return [{ path: ['portal', 'targets'], message }];
}
