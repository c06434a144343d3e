// A visitor over HTTP: does what a browser would, where there is none.
import { Browser, formOf, type Page } from './browser.ts';
import { type Seen, seenOf, type Visitor, type Visitors } from './visitor.ts';

/** What a browser says of a link or a form of the portal's own page. */
const ownPage = { 'sec-fetch-site': 'same-origin' };

/** @param why there is no browser */
export function httpVisitors(portalUrl: string, why: string): Visitors {
  return {
    told: `${why}: over HTTP, as a browser without script would`,
    arrive: async () => new HttpVisitor(portalUrl),
    close: async () => {},
  };
}

class HttpVisitor implements Visitor {
  readonly #browser = new Browser();
  #answer: Page | undefined;

  constructor(private readonly portalUrl: string) {}

  async signIn(username: string, password: string): Promise<Seen> {
    const form = await this.#browser.open(this.portalUrl);
    if (form.status !== 200) return seenOf(form);
    this.#answer = await this.#browser.submit(form, { username, password });
    if (this.#answer.status !== 200) return seenOf(this.#answer);
    const arrived = await this.#browser.submit(this.#answer);
    return arrived.status === 200 ? this.open('') : seenOf(arrived);
  }

  async open(path: string): Promise<Seen> {
    return seenOf(await this.#browser.open(this.portalUrl + path, { headers: ownPage }));
  }

  showCredentials(service: string): Promise<Seen> {
    return this.#post(`${service}/credentials`, { format: 'page' });
  }

  async repeatAnswer(): Promise<Seen> {
    if (!this.#answer) throw new Error('there is no answer to repeat: nobody has signed in');
    const { action, values } = formOf(this.#answer.html);
    return seenOf(await this.#browser.send(action, { method: 'POST', body: new URLSearchParams(values) }));
  }

  async repeatSignInUrl(): Promise<Seen> {
    const url = this.#browser.visited
      .findLast((visited) => visited.includes('Action=login'))
      ?.slice('GET '.length);
    if (url === undefined) throw new Error('there is no sign-in URL to repeat: no console was opened');
    return seenOf(await this.#browser.send(url));
  }

  signOut(): Promise<Seen> {
    return this.#post('logout', {});
  }

  async #post(path: string, fields: Readonly<Record<string, string>>): Promise<Seen> {
    const headers = { ...ownPage, origin: new URL(this.portalUrl).origin };
    const body = new URLSearchParams(fields);
    return seenOf(await this.#browser.open(this.portalUrl + path, { method: 'POST', headers, body }));
  }
}
