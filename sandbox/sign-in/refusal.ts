// A request that AWS's sign-in refuses, and why: the client's answer says little of it, the trail says all.

export class SignInRefusal extends Error {
  /**
   * @param reason for the trail; holds no secret
   * @param statusCode 501: what the sandbox does not have
   */
  constructor(
    readonly reason: string,
    readonly statusCode: 400 | 405 | 501 = 400,
  ) {
    super(reason);
    this.name = 'SignInRefusal';
  }
}
