// The credentials that sign the broker's requests: those of a profile, or what AWS SDK clients find by themselves.
import type { AwsCredentialIdentityProvider } from '@smithy/types';
import { Configuration, inheritedProfile } from '../account/configuration.ts';
import { describeAwsFailure } from './aws-failure.ts';
import { CommandFailure, type Surroundings } from './command.ts';
import { shownMessage, shownName } from './shown-text.ts';

/**
 * Set for whatever a command starts: a profile's `credential_process`, or a command that gets the token. `isb credentials`
 * that finds it has been started by an `isb`, and would be again, for ever.
 */
export const RUNNING = 'ISB_RUNNING';

interface OwnCredentials {
  /** `undefined`: the default chain. */
  readonly profile: string | undefined;
  readonly region: string;
  readonly env: Surroundings['env'];
}

const remedy = 'Give --profile NAME: the profile whose credentials sign';

/** @throws CommandFailure where `isb` has been started to sign its own request */
export function requireNotNested(env: Surroundings['env']): void {
  if (env[RUNNING] === undefined) return;
  throw new CommandFailure(`isb credentials was started by isb itself, and would be for ever. ${remedy}`);
}

/**
 * Asked for with every request. Rejects with CommandFailure where there are none; what a profile's command printed is
 * not repeated.
 */
export function ownCredentials(own: OwnCredentials): AwsCredentialIdentityProvider {
  let provider: Promise<AwsCredentialIdentityProvider> | undefined;
  return async () => {
    provider ??= load(own);
    const found = await provider;
    return found().catch((error: unknown) => {
      throw new CommandFailure(`no AWS credentials to sign with: ${reasonOf(error)}`);
    });
  };
}

async function load({ profile, region, env }: OwnCredentials): Promise<AwsCredentialIdentityProvider> {
  if (
    profile === undefined &&
    !env['AWS_PROFILE'] &&
    env['AWS_ACCESS_KEY_ID'] &&
    env['AWS_SECRET_ACCESS_KEY']
  ) {
    // What the chain would find first, without loading the chain: `credentials` is started often.
    const { fromEnv } = await import('@aws-sdk/credential-provider-env');
    return fromEnv();
  }
  const parentClientConfig = { region };
  const named = await profileToAsk(profile, env);
  if (named !== undefined) {
    const { fromIni } = await import('@aws-sdk/credential-provider-ini');
    return fromIni({ profile: named, parentClientConfig });
  }
  const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
  return defaultProvider({ parentClientConfig });
}

/**
 * The profile that is asked, and nobody after it: the one that is given, or one that has a command for it, whose failure the
 * chain would pass over. `undefined`: the chain.
 * @throws CommandFailure where it is not there, or gets its credentials from `isb credentials`
 */
async function profileToAsk(
  given: string | undefined,
  env: Surroundings['env'],
): Promise<string | undefined> {
  const configuration = await Configuration.read();
  const name = given ?? inheritedProfile(env);
  if (given !== undefined && !configuration.profile(given)) {
    throw new CommandFailure(`there is no AWS profile ${shownName(given)}`);
  }
  const commands = configuration.sourcesOf(name).flatMap(([, each]) => each['credential_process'] ?? []);
  if (commands.some(runsIsb)) {
    const origin = given === undefined && env['AWS_PROFILE'] ? 'AWS_PROFILE' : 'the profile';
    throw new CommandFailure(
      `${origin} ${shownName(name)} gets its credentials from isb credentials, which would start itself for ever. ${remedy}`,
    );
  }
  return given ?? (commands.length > 0 ? name : undefined);
}

function runsIsb(command: string): boolean {
  return /(^|[\s/\\"'])isb(\.[cm]?js)?["']?\s+credentials(\s|$)/.test(command);
}

function reasonOf(error: unknown): string {
  const { name, message = '' } = (error ?? {}) as Partial<Error>;
  if (message.includes('isb credentials was started by isb itself')) {
    return `the profile's credential_process runs isb credentials. ${remedy}`;
  }
  // With a command's failure comes what it printed.
  if (/command failed/i.test(message)) return "the profile's credential_process failed";
  if (name !== 'CredentialsProviderError') return describeAwsFailure(error);
  if (/any providers/.test(message)) return 'none were found';
  return shownMessage(message.split('\n')[0] ?? '');
}
