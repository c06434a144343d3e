// Where a request of a browser comes from: its own page, the user, or another site.
import { PortalError } from '../portal-errors.ts';

/** What a browser says; a page can set none of these. https://www.w3.org/TR/fetch-metadata/ */
export interface RequestOrigin {
  /** `Sec-Fetch-Site` */
  readonly fetchSite: string | undefined;
  readonly origin: string | undefined;
  /** `Sec-Fetch-Dest` */
  readonly destination: string | undefined;
  /** `Sec-Purpose`: https://wicg.github.io/nav-speculation/prefetch.html */
  readonly purpose: string | undefined;
}

/**
 * Whether the user, or a page of the portal, has led here: an address that was typed or kept, a link of the portal. A browser
 * that does not say is not believed.
 */
export function isOwnNavigation({ fetchSite }: Pick<RequestOrigin, 'fetchSite'>): boolean {
  return fetchSite === 'none' || fetchSite === 'same-origin';
}

/**
 * Refuses what is not shown to a user who is there: an image, a frame or a script of another page, and what a browser asks for
 * ahead. Any page may ask so as often as it likes, and each would put aside the sign-in that waits in this browser.
 *
 * @throws PortalError CrossSite
 */
export function requireShown({ destination, purpose }: Pick<RequestOrigin, 'destination' | 'purpose'>): void {
  if ((destination ?? 'document') === 'document' && !/\bprefetch\b/.test(purpose ?? '')) return;
  throw new PortalError('CrossSite', 'the request was not for a page that its user goes to');
}

/**
 * Refuses a request that changes something, or hands something out, unless a page of the portal made it. One without `Origin` is
 * refused: every browser sends it with a POST.
 *
 * @param portalOrigin `https://portal.example`
 * @throws PortalError CrossSite
 */
export function requireOwnPage(
  { fetchSite, origin }: Pick<RequestOrigin, 'fetchSite' | 'origin'>,
  portalOrigin: string,
): void {
  const isOwn = origin === portalOrigin && (fetchSite === undefined || fetchSite === 'same-origin');
  if (!isOwn) throw new PortalError('CrossSite', 'the request did not come from a page of the portal');
}
