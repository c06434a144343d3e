// What the identity provider signed: the bytes that a signature covers, as the library hands them out, and nothing beside them.
import { SAML, ValidateInResponseTo } from '@node-saml/node-saml';
import { SignInError } from '../sign-in/sign-in-error.ts';
import { CLOCK_SKEW_MS } from './instant.ts';
import { ASSERTION, PROTOCOL } from './namespaces.ts';
import { attributeOf, childrenOf, type XmlElement } from './plain-xml.ts';
import { plain, type ResponseShape } from './response-shape.ts';
import type { ServiceProvider } from './service-provider.ts';
import type { SignedParts } from './signature-form.ts';

export interface VerifiedResponse {
  /** Present where the response is what is signed; otherwise what it says is not the identity provider's word. */
  readonly response: XmlElement | undefined;
  readonly assertion: XmlElement;
  /** What the library has against the verified bytes: it stands, whatever else is found. */
  readonly objection: unknown;
}

export interface VerificationParts {
  readonly serviceProvider: ServiceProvider;
  /** In PEM. */
  readonly certificates: readonly string[];
  readonly requestId: string;
  readonly requestLifeMs: number;
  readonly requestedAt: number;
}

/** The library, with a place for what it found signed. One for each response. */
class Verifier extends SAML {
  /** The canonical form of the one signed reference. */
  signedText: string | undefined;

  protected override getSignedAssertion(signedXml: string): Promise<string | null> {
    this.signedText = signedXml;
    return super.getSignedAssertion(signedXml);
  }
}

/**
 * Verifies every signature that there is, and reads the outermost signed element from its signed bytes.
 *
 * @throws SignInError SignatureInvalid
 */
export async function verifiedResponseOf(
  text: string,
  shape: ResponseShape,
  signed: SignedParts,
  parts: VerificationParts,
): Promise<VerifiedResponse> {
  const verifier = verifierOf(signed, parts);
  let objection: unknown;
  try {
    await verifier.validatePostResponseAsync({ SAMLResponse: Buffer.from(text).toString('base64') });
  } catch (error) {
    objection = error ?? new Error();
  }
  if (verifier.signedText === undefined) {
    const cause = objection === undefined ? {} : { cause: objection };
    throw new SignInError('SignatureInvalid', 'the signature of the response does not verify', cause);
  }
  const root = plain(verifier.signedText);
  const expected = signed.response ? shape.response : shape.assertion;
  const isExpected =
    root.uri === (signed.response ? PROTOCOL : ASSERTION) &&
    root.local === expected.local &&
    attributeOf(root, 'ID') === attributeOf(expected, 'ID');
  const assertions = signed.response ? childrenOf(root, ASSERTION, 'Assertion') : [root];
  const [assertion] = assertions;
  if (!isExpected || !assertion || assertions.length > 1) {
    throw new SignInError('SignatureInvalid', 'the signature of the response covers something else');
  }
  return { response: signed.response ? root : undefined, assertion, objection };
}

function verifierOf(signed: SignedParts, parts: VerificationParts): Verifier {
  const { serviceProvider, certificates, requestId, requestLifeMs, requestedAt } = parts;
  return new Verifier({
    issuer: serviceProvider.entityId,
    audience: serviceProvider.entityId,
    callbackUrl: serviceProvider.assertionConsumerUrl,
    idpCert: [...certificates],
    wantAuthnResponseSigned: signed.response,
    wantAssertionsSigned: signed.assertion,
    signatureAlgorithm: 'sha256',
    acceptedClockSkewMs: CLOCK_SKEW_MS,
    validateInResponseTo: ValidateInResponseTo.always,
    requestIdExpirationPeriodMs: requestLifeMs,
    // The one request that this browser waits for an answer to.
    cacheProvider: {
      saveAsync: async () => null,
      getAsync: async (id) => (id === requestId ? new Date(requestedAt).toISOString() : null),
      removeAsync: async () => null,
    },
  });
}
