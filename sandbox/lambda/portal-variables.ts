// The settings of the template by which a portal's function finds AWS's sign-in and its identity provider, which the sandbox changes.

/** As service/portal/environment.ts has them; the sandbox imports nothing of `service/`. */
export const portalVariable = {
  /** Where the portal is, with a slash at the end; a function that has it is a portal's. */
  url: 'PORTAL_URL',
  /** The endpoint that is asked in the place of AWS's; no template has it. */
  federationEndpoint: 'ISB_FEDERATION_ENDPOINT',
  /** Where the SAML identity provider's metadata is. */
  samlMetadataUrl: 'SAML_METADATA_URL',
  /** The issuer of OpenID Connect. */
  oidcIssuer: 'OIDC_ISSUER',
} as const;

/** The file of a portal's targets, as JSON, in its function's code: as service/portal/environment.ts has it. */
export const PORTAL_TARGETS_FILE = 'targets.json';

export interface PortalSurroundings {
  /** `http://127.0.0.1:PORT/federation` */
  readonly federationEndpoint: string;
  /** Of the sandbox's own identity providers. */
  readonly samlMetadataUrl: string;
  readonly oidcIssuer: string;
  /** Told where the portal is, once its function is created. */
  readonly found: (portalUrl: string) => void;
}

const onLoopback = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?\//;

/**
 * Adds the sandbox's sign-in endpoint to the variables of a portal's function. Metadata and an issuer at an address on loopback are
 * those of the sandbox's identity providers, whose port a template cannot know; any others stay as they are.
 */
export function withSandboxPortal(
  variables: Readonly<Record<string, string>>,
  portal: PortalSurroundings | undefined,
): Readonly<Record<string, string>> {
  const url = variables[portalVariable.url];
  if (!portal || url === undefined) return variables;
  portal.found(url);
  const isOnLoopback = (name: string) => onLoopback.test(variables[name] ?? '');
  return {
    ...variables,
    [portalVariable.federationEndpoint]: portal.federationEndpoint,
    ...(isOnLoopback(portalVariable.samlMetadataUrl) && {
      [portalVariable.samlMetadataUrl]: portal.samlMetadataUrl,
    }),
    ...(isOnLoopback(portalVariable.oidcIssuer) && { [portalVariable.oidcIssuer]: portal.oidcIssuer }),
  };
}
