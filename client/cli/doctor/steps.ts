// The steps of a checkup, in their order: each from here a little nearer to credentials.
import { type Checkup, type Facts, names, type Step } from './checkup.ts';
import { clock } from './clock.ts';
import { deployedSettings } from './deployed-settings.ts';
import { endpoint } from './endpoint.ts';
import { type Finding, notTried } from './finding.ts';
import { identity } from './identity.ts';
import { permission } from './permission.ts';
import { region } from './region.ts';
import { registration } from './registration.ts';
import { runtime } from './runtime.ts';
import { tenantCredentials } from './tenant-credentials.ts';
import { token } from './token.ts';

export const steps: readonly Step[] = [
  runtime,
  region,
  identity,
  endpoint,
  clock,
  permission,
  registration,
  deployedSettings,
  token,
  tenantCredentials,
];

export interface StepFinding extends Finding {
  readonly step: string;
}

/** One after the other; a step that lacks what it needs is not tried. */
export async function* examine(checkup: Checkup): AsyncGenerator<StepFinding> {
  for (const step of steps) {
    const { name, needs } = step;
    const lacking = needs.find((fact: keyof Facts) => checkup.facts[fact] === undefined);
    const findings =
      lacking === undefined ? await step.check(checkup) : [notTried(`for want of ${names[lacking]}`)];
    for (const finding of findings) yield { step: name, ...finding };
  }
}
