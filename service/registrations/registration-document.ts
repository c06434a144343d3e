// The registration's document: its form on the wire and in the table. What every start loads: the schema is not among it.
import type { IssuerRules } from '../tokens/token-rules.ts';
import type { DataAccessDocument, DataAccessRules } from './data-access-rules.ts';
import type { Registration, RegistrationDocument } from './registration.ts';
import type { IssuerDocument } from './trusted-issuer.ts';

/** The registration on the wire and in the table, every default filled in. */
export function renderRegistration(registration: Registration): RegistrationDocument {
  const { listsIssuers, issuers, sessionTags, claimForms: forms, transitiveTagKeys } = registration;
  const [first] = issuers as [IssuerRules];
  return {
    AccessRoleName: registration.accessRoleName,
    SessionTagKey: registration.sessionTagKey,
    ...(registration.jwtClaimName !== undefined && { JWTClaimName: registration.jwtClaimName }),
    ...((listsIssuers
      ? { Issuers: issuers.map(renderIssuer) }
      : renderIssuer(first)) as Partial<RegistrationDocument>),
    ...(sessionTags.length > 0 && {
      SessionTags: Object.fromEntries(
        sessionTags.map(({ key, claim, isOptional }) => [
          key,
          isOptional ? { Claim: claim, Optional: true } : claim,
        ]),
      ),
    }),
    SessionTagValues: registration.sessionTagValues,
    ...(forms.length > 0 && { ClaimForms: [...forms] }),
    ...(transitiveTagKeys !== undefined && { TransitiveTagKeys: [...transitiveTagKeys] }),
    ...(registration.sourceIdentityClaim !== undefined && {
      SourceIdentityClaim: registration.sourceIdentityClaim,
    }),
    ...(registration.sessionNameClaim !== undefined && { SessionNameClaim: registration.sessionNameClaim }),
    SessionDurationSeconds: registration.sessionDurationSeconds,
    ...(registration.sharedWith !== undefined && { SharedWith: [...registration.sharedWith] }),
    ...renderDataAccess(registration.dataAccess),
  };
}

/** The issuer on the wire and in the table. */
function renderIssuer(issuer: IssuerRules): IssuerDocument & { readonly Audience?: string[] } {
  return {
    ...(issuer.issuer !== undefined && { Issuer: issuer.issuer }),
    JWKSetURL: issuer.jwksUrl,
    ...(issuer.audience !== undefined && { Audience: [...issuer.audience] }),
    ...(issuer.tokenUse !== undefined && { TokenUse: issuer.tokenUse }),
    ...(issuer.algorithms !== undefined && { Algorithms: [...issuer.algorithms] }),
    ...(issuer.requiredClaims.length > 0 && {
      RequiredClaims: Object.fromEntries(
        issuer.requiredClaims.map(([claim, values]) => [claim, [...values]]),
      ),
    }),
    ...(issuer.sessionTagValue !== undefined && { SessionTagValue: issuer.sessionTagValue }),
  };
}

/** Nothing of a registration that knows nothing of data access: it is shown as it always was. */
export function renderDataAccess(rules: DataAccessRules | undefined): DataAccessDocument {
  if (rules === undefined) return {};
  const { accessMode, accessGrants } = rules;
  return {
    AccessMode: accessMode,
    ...(accessGrants !== undefined && {
      AccessGrants: {
        Privilege: accessGrants.privilege,
        ...(accessGrants.targetTemplate !== undefined && { TargetTemplate: accessGrants.targetTemplate }),
        MaxDurationSeconds: accessGrants.maxDurationSeconds,
      },
    }),
  };
}
