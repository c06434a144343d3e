// The portal as a SAML service provider: what identity providers know it by.

export interface ServiceProvider {
  /** The audience of assertions: by custom the URL of the metadata. */
  readonly entityId: string;
  /** Where the browser posts the identity provider's answer: the only recipient and destination. */
  readonly assertionConsumerUrl: string;
  /** What the identity provider is asked to call its users by; absent: it chooses. */
  readonly nameIdFormat?: string;
}
