// Whoever visits the portal in the story: what they do in their browser, and what they see.

/** A page, once it is there. */
export interface Seen {
  readonly url: string;
  readonly status: number;
  /** Of the document, without the name of the site. */
  readonly title: string;
  /** The page as it is read, in one line. */
  readonly text: string;
  /** Where its links lead: `href` as it stands in the page. */
  readonly links: readonly string[];
}

/** In a browser of their own, with its own cookies. */
export interface Visitor {
  /** Opens the portal, is sent to the identity provider, and comes back. Resolves to the list of targets, or to the refusal. */
  signIn(username: string, password: string): Promise<Seen>;
  /** Opens an address below the portal, and goes wherever it leads. */
  open(path: string): Promise<Seen>;
  /** Has the portal show credentials of a target, as its button does. */
  showCredentials(service: string): Promise<Seen>;
  /** Sends the identity provider's last answer to the portal once more. */
  repeatAnswer(): Promise<Seen>;
  /** Opens the last sign-in URL of the console once more. */
  repeatSignInUrl(): Promise<Seen>;
  signOut(): Promise<Seen>;
}

/** Where visitors come from. */
export interface Visitors {
  /** For the story: which browser, or none. */
  readonly told: string;
  arrive(): Promise<Visitor>;
  close(): Promise<void>;
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };

export function seenOf(page: { readonly url: string; readonly status: number; readonly html: string }): Seen {
  const [, title = ''] = /<title>(.*?)(?: – [^<]*)?<\/title>/.exec(page.html) ?? [];
  const body = page.html.replace(/^[\s\S]*<body[^>]*>/, '');
  return {
    url: page.url,
    status: page.status,
    title: unescaped(title),
    text: unescaped(body.replace(/<[^>]+>/g, ' '))
      .replace(/\s+/g, ' ')
      .trim(),
    links: [...body.matchAll(/<a [^>]*href="([^"]*)"/g)].map(([, href = '']) => unescaped(href)),
  };
}

function unescaped(text: string): string {
  return text.replace(/&(?:#(\d+)|(\w+));/g, (whole, code?: string, name = '') =>
    code === undefined ? (entities[name] ?? whole) : String.fromCodePoint(Number(code)),
  );
}
