// A portal's sign-in by SAML, and the identity provider that it knows: begins sign-ins, writes answers, and brings them.
import { inflateRawSync } from 'node:zlib';
import { type IdentityProvider, identityProviderOf } from '../../../service/saml/identity-provider.ts';
import { SamlSignIn, type SamlSignInParts } from '../../../service/saml/saml-sign-in.ts';
import { PendingSignIns } from '../../../service/sign-in/pending-sign-ins.ts';
import { TakenOnce } from '../../../service/sign-in/taken-once.ts';
import type { FrozenClock } from '../clock.ts';
import { MemoryTable } from './memory-table.ts';
import { IDENTITY_PROVIDER, identityProviderMetadata } from './metadata.ts';
import { CONSUMER, ENTITY_ID, GROUPS_ATTRIBUTE, type ResponseFields, responseXml, USER } from './response.ts';
import { type Signed, type SigningOptions, signed } from './signing.ts';
import type { SigningCertificate } from './signing-certificate.ts';

export const TENANT_ATTRIBUTE = 'https://example.com/tenant';
export const WAY_BACK = { path: '/dba?region=eu-west-1', isAsked: false };

export interface Answering {
  readonly fields?: Partial<ResponseFields>;
  /** Changes what is signed, before it is. */
  readonly before?: (xml: string) => string;
  readonly sign?: readonly Signed[];
  readonly signing?: SigningOptions;
  readonly certificate?: SigningCertificate;
}

export class SamlPortal {
  readonly signIn: SamlSignIn;
  readonly serviceProvider = { entityId: ENTITY_ID, assertionConsumerUrl: CONSUMER };
  readonly identityProvider: IdentityProvider;
  #responses = 0;

  constructor(
    readonly clock: FrozenClock,
    readonly certificates: readonly [SigningCertificate, ...SigningCertificate[]],
    parts: Partial<SamlSignInParts> = {},
  ) {
    const metadata = identityProviderMetadata({ certificates });
    this.identityProvider = identityProviderOf(metadata, clock.now());
    const table = new MemoryTable(clock.now);
    this.signIn = new SamlSignIn({
      serviceProvider: this.serviceProvider,
      identityProvider: () => this.identityProvider,
      attributes: { groups: [GROUPS_ATTRIBUTE, 'groups'], tenant: TENANT_ATTRIBUTE },
      pendingSignIns: new PendingSignIns(table, clock.now),
      takenOnce: new TakenOnce(table),
      now: clock.now,
      ...parts,
    });
  }

  async begin(): Promise<{
    readonly binding: string;
    readonly requestId: string;
    readonly location: string;
  }> {
    const { location, binding } = await this.signIn.begin(WAY_BACK);
    return { location, binding, requestId: /\bID="([^"]+)"/.exec(requestIn(location))?.[1] ?? '' };
  }

  /** The identity provider's answer to a request, as XML; by default as it should be, the assertion signed. */
  answer(requestId: string, answering: Answering = {}): string {
    const {
      fields,
      before = (xml) => xml,
      sign = ['Assertion'],
      signing,
      certificate = this.certificates[0],
    } = answering;
    this.#responses += 1;
    const xml = responseXml({
      responseId: `_response-${this.#responses}`,
      assertionId: `_assertion-${this.#responses}`,
      inResponseTo: requestId,
      now: this.clock.now(),
      issuer: IDENTITY_PROVIDER,
      destination: CONSUMER,
      recipient: CONSUMER,
      audience: ENTITY_ID,
      nameId: USER,
      attributes: [[GROUPS_ATTRIBUTE, ['dba', 'sysadmin']]],
      ...fields,
    });
    // From the inside: the response's signature covers the assertion's.
    return [...sign]
      .sort()
      .reduce((text, element) => signed(text, element, certificate, signing), before(xml));
  }

  bring(xml: string | Buffer, binding: string | undefined) {
    return this.signIn.finish(formWith(xml), binding);
  }
}

export function formWith(xml: string | Buffer): URLSearchParams {
  return new URLSearchParams({ SAMLResponse: Buffer.from(xml as string).toString('base64') });
}

/** The request that a sign-on address carries. */
export function requestIn(location: string): string {
  const request = new URL(location).searchParams.get('SAMLRequest') ?? '';
  return inflateRawSync(Buffer.from(request, 'base64')).toString();
}
