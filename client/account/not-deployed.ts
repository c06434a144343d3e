// What is told where the stacks of an environment are not to be found.

/** Nothing of the kind is deployed, or too much: says what, and what to do. */
export class NotDeployed extends Error {}
