// The region of a command, found as the AWS CLI finds it.
import { Configuration, inheritedProfile } from './configuration.ts';

export const NO_REGION =
  'there is no region: set AWS_REGION or AWS_DEFAULT_REGION, or give the profile one (aws configure set region NAME)';

/** Of the option, the two variables, or the profile: the one that is given before the inherited; `undefined` where none says. */
export async function findRegion(
  env: Readonly<Record<string, string | undefined>>,
  { region, profile }: { readonly region?: string | undefined; readonly profile?: string | undefined } = {},
): Promise<string | undefined> {
  // The SDK itself knows the first of the variables alone.
  const said = region ?? (env['AWS_REGION'] || env['AWS_DEFAULT_REGION']);
  if (said) return said;
  const configuration = await Configuration.read();
  const names = [profile, inheritedProfile(env)].filter((name) => name !== undefined);
  return names.map((name) => configuration.profile(name)?.['region']).find(Boolean);
}
