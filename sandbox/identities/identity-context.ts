// Whom a session acts for: a user of the Identity Center's directory, as STS verified it.
/** As AssumeRole takes it from a context assertion. */
export interface IdentityContext {
  readonly userId: string;
  readonly groupIds: readonly string[];
  readonly identityStoreArn: string;
  readonly instanceArn: string;
  readonly applicationArn: string;
}
