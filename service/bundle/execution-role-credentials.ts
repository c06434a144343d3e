// The function's own credentials: Lambda sets them as environment variables, and nowhere else are they looked for.
// Stands in the bundle for the SDK's chain of providers, a sixth of its size: see lib/broker/credentials-manager.ts.
import { fromEnv } from '@aws-sdk/credential-provider-env';

/** What the SDK's clients call where they are given no credentials. */
export const defaultProvider = () => fromEnv();
