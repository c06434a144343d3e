// The names of what the probe's setup creates: known to the setup and to every probe after it.

export interface Names {
  readonly application: string;
  readonly access: string;
  readonly stranger: string;
  readonly bucket: string;
  readonly user: string;
}

/** @param suffix keeps probes apart that each set up their own; empty for the one that stays */
export function namesOf({ accountId, region }: { accountId: string; region: string }, suffix = ''): Names {
  return {
    application: `IAMSessionBrokerProbe${suffix}`,
    access: `IAMSessionBrokerProbeAccess${suffix}`,
    stranger: `IAMSessionBrokerProbeStranger${suffix}`,
    bucket: `isb-probe-${accountId}-${region}${suffix}`,
    user: `isb-probe${suffix}`,
  };
}
