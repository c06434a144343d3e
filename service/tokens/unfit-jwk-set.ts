// What is wrong with a published JWK set, in words that may be shown to whoever registered its URL.

/** The message goes on after “it”: what is known of the address and the document, and nothing that stands in it. */
export class UnfitJwkSet extends Error {
  override readonly name = 'UnfitJwkSet';
}
