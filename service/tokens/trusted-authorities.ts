// Whose certificates are accepted besides those that Node.js accepts by itself: the authorities that the deployment gives.
import tls, { type SecureContext } from 'node:tls';

/** PEM, one certificate or several. */
export type ReadAuthorities = () => Promise<string>;

/**
 * Trust in Node's own roots and in these authorities, read once: when it is first asked for, or asked for again after that
 * failed. Nobody but who connects with it goes by it.
 */
export function trustInAlso(readAuthorities: ReadAuthorities): () => Promise<SecureContext> {
  let trust: Promise<SecureContext> | undefined;
  return () => {
    trust ??= readAuthorities()
      .then(contextOf)
      .catch((error) => {
        trust = undefined;
        throw error;
      });
    return trust;
  };
}

function contextOf(authorities: string): SecureContext {
  return tls.createSecureContext({
    // Whatever is given here stands in the place of Node's own.
    ca: [...rootsOfNode(), authorities],
    // The authority that issues may be given without the root above it, and is then all that is trusted.
    allowPartialTrustChain: true,
  });
}

/** What Node.js trusts by itself. Before 22.15 it only says what it was built with, without NODE_EXTRA_CA_CERTS. */
function rootsOfNode(): readonly string[] {
  const { getCACertificates } = tls as { getCACertificates?: (type: 'default') => string[] };
  return getCACertificates?.('default') ?? tls.rootCertificates;
}
