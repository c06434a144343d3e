// Time, injected: milliseconds since the epoch.

/** `Date.now` in the deployed function, a frozen value in tests. */
export type Clock = () => number;

/** How far an issuer's clock may be ahead where the deployment does not say. */
export const defaultClockLeewaySeconds = 60;
