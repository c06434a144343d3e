// Time, injected: milliseconds since the epoch.

/** `Date.now` in the deployed function, a frozen value in tests. */
export type Clock = () => number;
