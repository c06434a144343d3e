// Instants as SAML writes them: xs:dateTime in UTC, SAML core section 1.3.3.

/** How far the identity provider's clock may be from the portal's. */
export const CLOCK_SKEW_MS = 60_000;

const form = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,12})?Z$/;

/** Milliseconds since the epoch, rounded down; `undefined` for what is no instant, such as the 30th of February. */
export function instantOf(text: string): number | undefined {
  const seconds = form.exec(text)?.[1];
  if (seconds === undefined) return undefined;
  const time = Date.parse(`${text.slice(0, 23).replace(/Z$/, '')}Z`);
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 19) !== seconds) return undefined;
  return time;
}
