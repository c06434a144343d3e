// The one setting of the template that the sandbox changes: the hosts that a JWKSetURL may have.

const setting = 'JWKS_HOSTS';

/**
 * Adds `localhost:PORT`, where the sandbox's user pools publish their JWK sets and which a deployed broker
 * refuses, to the comma-separated list.
 *
 * @param issuerBaseUrl where the JWK sets are published
 */
export function withSandboxJwksHost(
  variables: Readonly<Record<string, string>>,
  issuerBaseUrl: string,
): Readonly<Record<string, string>> {
  const hosts = (variables[setting] ?? '').split(',').filter(Boolean);
  return { ...variables, [setting]: [...hosts, new URL(issuerBaseUrl).host].join(',') };
}
