// A browser without script: keeps cookies by host, follows links and redirects, and sends forms.
export interface Page {
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
}

export class Browser {
  /** By host, as browsers keep them whatever the port: name → value. */
  readonly cookies = new Map<string, Map<string, string>>();
  /** Every address that was asked for, with its method. */
  readonly visited: string[] = [];

  /** One request, whose redirection is not followed. */
  async send(url: string, init: RequestInit = {}): Promise<Page> {
    this.visited.push(`${init.method ?? 'GET'} ${url}`);
    const jar = this.cookies.get(new URL(url).hostname) ?? new Map<string, string>();
    this.cookies.set(new URL(url).hostname, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { ...(init.headers as Record<string, string>), ...(cookie && { cookie }) },
    });
    for (const line of answer.headers.getSetCookie()) keep(jar, line);
    return { url, status: answer.status, headers: answer.headers, html: await answer.text() };
  }

  /** Follows redirections until `stopBefore` says that the next address is enough. */
  async open(
    url: string,
    init: RequestInit = {},
    stopBefore: (url: string) => boolean = () => false,
  ): Promise<Page> {
    let page = await this.send(url, init);
    while (page.status >= 300 && page.status < 400) {
      const next = new URL(page.headers.get('location') ?? '', page.url).href;
      if (stopBefore(next)) return page;
      page = await this.send(next);
    }
    return page;
  }

  /** Fills in the only form of the page. */
  submit(
    page: Page,
    fields: Readonly<Record<string, string>> = {},
    stopBefore?: (url: string) => boolean,
  ): Promise<Page> {
    const { action, values } = formOf(page.html);
    return this.open(
      new URL(action, page.url).href,
      { method: 'POST', body: new URLSearchParams({ ...values, ...fields }) },
      stopBefore,
    );
  }
}

function keep(jar: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
  const [name = '', ...value] = pair.split('=');
  const expires = attributes.find((attribute) => /^expires=/i.test(attribute))?.slice('expires='.length);
  if (expires !== undefined && Date.parse(expires) < Date.now()) jar.delete(name);
  else jar.set(name, value.join('='));
}

/** The action of the only form, and its hidden fields. */
export function formOf(html: string): { action: string; values: Record<string, string> } {
  const [form, ...others] = html.match(/<form[^>]*>/g) ?? [];
  if (form === undefined || others.length > 0) throw new Error(`a page with one form was expected:\n${html}`);
  const inputs = html.match(/<input[^>]*type="hidden"[^>]*>/g) ?? [];
  return {
    action: attributeOf(form, 'action'),
    values: Object.fromEntries(
      inputs.map((input) => [attributeOf(input, 'name'), attributeOf(input, 'value')]),
    ),
  };
}

function attributeOf(tag: string, name: string): string {
  return unescaped(new RegExp(`\\s${name}="([^"]*)"`, 's').exec(tag)?.[1] ?? '');
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };

function unescaped(text: string): string {
  return text.replace(/&(?:#(\d+)|(\w+));/g, (whole, code?: string, name = '') =>
    code === undefined ? (entities[name] ?? whole) : String.fromCodePoint(Number(code)),
  );
}
