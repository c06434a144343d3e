// What the application is told by its environment, read once.

export interface Settings {
  /** Where people open it; https, or http on loopback. Ends in a slash. */
  readonly url: URL;
  readonly port: number;
  readonly oidc: {
    readonly issuer: URL;
    readonly clientId: string;
    readonly clientSecret: string | undefined;
    readonly scope: string;
  };
  readonly broker: { readonly endpoint: string; readonly region: string };
  readonly bucket: string;
}

/** What a person is to mend: shown in one line. */
export class WrongSettings extends Error {}

/** @throws WrongSettings by the variable's name */
export function readSettings(variables: NodeJS.ProcessEnv): Settings {
  const required = (name: string) => {
    const value = variables[name];
    if (value === undefined || value === '') throw new WrongSettings(`${name}: must be set`);
    return value;
  };
  const url = addressOf('SHOPFAST_URL', variables['SHOPFAST_URL'] ?? 'http://localhost:5000/');
  // Cookies are of the whole host, and so are its paths.
  if (url.pathname !== '/' || url.search !== '')
    throw new WrongSettings('SHOPFAST_URL: must have no path and no query');
  const port = Number(variables['PORT'] ?? (url.port || '5000'));
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new WrongSettings('PORT: must be a port');
  return {
    url,
    port,
    oidc: {
      issuer: addressOf('OIDC_ISSUER', required('OIDC_ISSUER')),
      clientId: required('OIDC_CLIENT_ID'),
      clientSecret: variables['OIDC_CLIENT_SECRET'] || undefined,
      scope: variables['OIDC_SCOPE'] ?? 'openid email',
    },
    broker: { endpoint: required('ISB_API_ENDPOINT'), region: required('AWS_REGION') },
    bucket: required('SHOPFAST_BUCKET'),
  };
}

function addressOf(name: string, text: string): URL {
  const url = parsedUrl(text);
  const isConfidential = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url));
  if (!url || !isConfidential || url.username !== '' || url.hash !== '')
    throw new WrongSettings(`${name}: must be an https URL; http is for loopback alone`);
  return url;
}

/** `URL.canParse` of Node.js 20 takes texts with letters beyond ASCII for no URLs, once it has been optimized. */
function parsedUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

export function isLoopback({ hostname }: URL): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}
