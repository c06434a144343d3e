// Where in the console a user arrives: a page of it in the target's partition, and nothing else.

import { parsedUrl } from '../parsed-url.ts';
import { PortalError } from '../portal-errors.ts';
import type { ConsolePartition } from './partition.ts';

export interface Wish {
  /** `?destination=`: a path of the console, or an https URL of it. */
  readonly destination?: string | undefined;
  /** `?region=` */
  readonly region?: string | undefined;
}

const LONGEST = 2_048;

/** The region that is asked for. @throws PortalError RegionNotAllowed */
export function regionOf({ regions }: ConsolePartition, { region }: Wish): string | undefined {
  if (region === undefined) return undefined;
  if (region.length > 32 || !regions.test(region))
    throw new PortalError(
      'RegionNotAllowed',
      'region must be the code of a region of the target’s partition',
    );
  return region;
}

/**
 * The URL in the console. A region that is asked for becomes the page's, unless the page names its own.
 *
 * Which hosts AWS takes for `Destination` is not documented: the console's own, and those below it.
 *
 * @throws PortalError RegionNotAllowed, DestinationNotAllowed
 */
export function destinationOf(partition: ConsolePartition, wish: Wish): string {
  const region = regionOf(partition, wish);
  const host = region === undefined ? partition.consoleHost : `${region}.${partition.consoleHost}`;
  const { destination = '/console/home' } = wish;
  const url = destination.length <= LONGEST ? consoleUrl(destination, `https://${host}`) : undefined;
  if (!url || !isOfConsole(url, partition)) {
    throw new PortalError(
      'DestinationNotAllowed',
      `destination must be a path of the console, or begin with https://${partition.consoleHost}/`,
    );
  }
  if (region !== undefined && !url.searchParams.has('region')) url.searchParams.set('region', region);
  return url.href;
}

/** A path begins with one slash: two name a host, and so does a backslash for a browser. */
function consoleUrl(destination: string, base: string): URL | undefined {
  if (/[\p{Cc}\\]/u.test(destination)) return undefined;
  if (!/^(https:\/\/|\/(?!\/))/.test(destination)) return undefined;
  return parsedUrl(destination, base);
}

function isOfConsole(url: URL, { consoleHost }: ConsolePartition): boolean {
  const isItsHost = url.hostname === consoleHost || url.hostname.endsWith(`.${consoleHost}`);
  return (
    isItsHost && url.protocol === 'https:' && url.port === '' && url.username === '' && url.password === ''
  );
}
