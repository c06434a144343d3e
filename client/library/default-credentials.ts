// The application's own credentials, where it gives none: those that AWS SDK clients find by themselves.
import type { AwsCredentialIdentityProvider } from '@smithy/types';

/** Loaded with the first request; every client of the SDK brings the package along. */
export function defaultCredentials(region: string): AwsCredentialIdentityProvider {
  let provider: Promise<AwsCredentialIdentityProvider> | undefined;
  return async () => {
    provider ??= load(region);
    return (await provider)();
  };
}

async function load(region: string): Promise<AwsCredentialIdentityProvider> {
  const module = await import('@aws-sdk/credential-provider-node').catch((cause: unknown) => {
    throw new TypeError('credentials: give them, or install @aws-sdk/credential-provider-node', { cause });
  });
  return module.defaultProvider({ parentClientConfig: { region } });
}
