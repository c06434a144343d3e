// One environment's settings as the stacks take them: every default filled in, every name worked out.
import type { AccessGrantsSettings as GivenAccessGrants } from './access-grants.ts';
import type { EnvironmentSettings } from './environment.ts';
import type { IdentityCenterSettings as GivenIdentityCenter } from './identity-center.ts';
import type { PortalSettings as GivenPortal } from './portal.ts';
import { portalDomainName, type ServiceDomain, serviceDomainName } from './service-domain-name.ts';

/** One environment's settings, every default filled in. */
export interface Settings
  extends Omit<EnvironmentSettings, 'domain' | 'portal' | 'accessGrants' | 'identityCenter'> {
  /** Suffix of the stacks' names, `Sandbox`. */
  readonly environmentName: string;
  /** Whether what cannot be made again is kept when its stack goes: everywhere but in the sandbox. */
  readonly isRetained: boolean;
  /** Whether a new version gets a tenth of the requests first: everywhere but in the sandbox. */
  readonly isDeployedGradually: boolean;
  /** 0: none. */
  readonly provisionedConcurrency: number;
  /** No less than `provisionedConcurrency`; equal to it, nothing scales. */
  readonly maxProvisionedConcurrency: number;
  readonly domain?: DomainSettings;
  /** Absent: the environment has no portal. */
  readonly portal?: PortalSettings;
  /** Absent: the environment has no S3 Access Grants. */
  readonly accessGrants?: AccessGrantsSettings;
  /** Absent: the environment has nothing of IAM Identity Center. */
  readonly identityCenter?: IdentityCenterSettings;
}

/** Account and region of its own; by default the environment's. No location by itself is every bucket, one by one. */
export interface AccessGrantsSettings extends GivenAccessGrants {}

/** Account and region likewise. */
export interface IdentityCenterSettings extends GivenIdentityCenter {}

export interface PortalSettings extends GivenPortal {
  /** The portal's own, where the environment has a domain. */
  readonly domain?: DomainSettings;
}

export interface DomainSettings {
  /** The service's whole DNS name, see service-domain-name.ts. */
  readonly name: string;
  /** At least one of the two is there. */
  readonly hostedZoneId?: string;
  readonly hostedZoneName?: string;
}

/** @param name of the environment, as cdk.json has it */
export function complete(
  name: string,
  { domain, portal, accessGrants, identityCenter, ...settings }: EnvironmentSettings,
): Settings {
  const isSandbox = name === 'sandbox';
  const { provisionedConcurrency = isSandbox ? 0 : 1 } = settings;
  return {
    ...settings,
    environmentName: name.charAt(0).toUpperCase() + name.slice(1),
    isRetained: !isSandbox,
    isDeployedGradually: !isSandbox,
    provisionedConcurrency,
    maxProvisionedConcurrency: settings.maxProvisionedConcurrency ?? provisionedConcurrency,
    ...(domain && { domain: named(serviceDomainName, domain, name, settings.region) }),
    ...(portal && {
      portal: {
        ...portal,
        ...(domain && { domain: named(portalDomainName, domain, name, settings.region) }),
      },
    }),
    ...(accessGrants && { accessGrants: withDefaults(accessGrants, settings, identityCenter) }),
    ...(identityCenter && { identityCenter: inPlace(identityCenter, settings) }),
  };
}

interface Place {
  readonly account?: string | undefined;
  readonly region?: string | undefined;
}

function inPlace<Given extends Place>(given: Given, { account, region }: Place): Given {
  return { ...given, account: given.account ?? account, region: given.region ?? region };
}

function withDefaults(
  given: GivenAccessGrants,
  place: Place,
  identityCenter: GivenIdentityCenter | undefined,
): AccessGrantsSettings {
  const buckets = [...given.buckets, ...given.existingBuckets];
  return {
    ...inPlace(given, place),
    identityCenterArn: given.identityCenterArn ?? identityCenter?.instanceArn,
    locations: given.locations.length > 0 ? given.locations : buckets.map((bucket) => `s3://${bucket}/`),
  };
}

/** Without a region the name is wrong, and so are the settings: see settings-contradictions.ts. */
function named(
  domainName: (domain: ServiceDomain) => string,
  { product, topLevelDomain, ...hostedZone }: NonNullable<EnvironmentSettings['domain']>,
  environment: string,
  region = '',
): DomainSettings {
  return { name: domainName({ region, environment, product, topLevelDomain }), ...hostedZone };
}
