// Step: the token, read here and sent nowhere: its issuer, audience, expiry and claims against the registration.
import type { Document } from '../../library/broker-api.ts';
import { CommandFailure } from '../command.ts';
import { shownMessage } from '../shown-text.ts';
import type { Step } from './checkup.ts';
import { type Finding, fails, notTried, ok } from './finding.ts';
import { claimIn, headerOf, type Payload, payloadOf } from './jwt-payload.ts';

export const token: Step = {
  name: 'token',
  needs: [],
  async check(checkup) {
    const { token: source, facts } = checkup;
    if (!source)
      return [notTried('none was given', 'give --token-file, --token-variable or --token-command')];
    try {
      facts.token = await source();
    } catch (error) {
      if (error instanceof CommandFailure) return [fails(error.message)];
      throw error;
    }
    const payload = payloadOf(facts.token);
    if (!payload) return [fails('what was given is no JWT', 'the ID or access token of the issuer is meant')];
    const problems = [
      ...expiryProblems(payload, checkup.now() + (facts.offsetMs ?? 0)),
      ...(facts.registration ? registrationProblems(payload, facts.registration) : []),
      ...(facts.registration ? exchangeProblems(facts.token, facts.registration) : []),
    ];
    if (problems.length > 0) return problems;
    return [
      ok(facts.registration ? 'is a JWT as the registration wants it' : 'is a JWT that has not expired'),
    ];
  },
};

function expiryProblems({ exp, nbf }: Payload, now: number): Finding[] {
  if (typeof exp !== 'number') return [fails('has no exp, which says when it expires')];
  if (exp * 1_000 <= now) return [fails('has expired', 'get a fresh one')];
  return typeof nbf === 'number' && nbf * 1_000 > now + 60_000
    ? [fails('is not valid yet: see its nbf')]
    : [];
}

/** Names what is registered, and no value of the token. */
export function registrationProblems(payload: Payload, registration: Document): Finding[] {
  const rules = rulesFor(payload, registration);
  if (!rules)
    return [fails('its iss is no issuer that is registered', 'register the Issuer, or use its token')];
  return [
    ...audienceProblems(payload, rules),
    ...useProblems(payload, rules),
    ...claimProblems(payload, registration, rules),
  ];
}

/**
 * What IAM Identity Center takes no token without. Whether it knows the issuer and the user, and has not exchanged the token
 * before, it alone can tell.
 */
export function exchangeProblems(token: string, { AccessMode }: Document): Finding[] {
  if (AccessMode !== 'IdentityContext') return [];
  const { jti } = payloadOf(token) ?? {};
  return [
    ...(typeof jti === 'string' && jti !== ''
      ? []
      : [fails('has no jti, without which IAM Identity Center exchanges none', 'have the issuer add it')]),
    ...(headerOf(token)?.['alg'] === 'RS256'
      ? []
      : [fails('is not signed with RS256, all that IAM Identity Center takes', 'have the issuer sign so')]),
  ];
}

/** The issuer that the token is of. Where none is pinned, any is. */
function rulesFor({ iss }: Payload, registration: Document): Document | undefined {
  const { Issuers } = registration;
  const all: Document[] = Array.isArray(Issuers) ? Issuers : [registration];
  return all.find(({ Issuer }) => typeof Issuer !== 'string' || isOf(iss, Issuer));
}

/** Of a template, `{tid}` stands for what the token claims: here for anything without a slash. */
function isOf(iss: unknown, issuer: string): boolean {
  if (!issuer.includes('{')) return iss === issuer;
  const literals = issuer.split(/\{[^{}]*\}/).map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return typeof iss === 'string' && new RegExp(`^${literals.join('[^/]+')}$`).test(iss);
}

function audienceProblems(payload: Payload, { Audience }: Document): Finding[] {
  if (Audience === undefined) return [];
  const allowed: unknown[] = Array.isArray(Audience) ? Audience : [Audience];
  const has = [payload['aud'], payload['client_id']].flat();
  if (has.some((one) => allowed.includes(one))) return [];
  return [fails(`is for another audience than ${shownMessage(allowed.join(', '))}`, 'register its Audience')];
}

function useProblems(payload: Payload, { TokenUse }: Document): Finding[] {
  if (TokenUse === undefined || payload['token_use'] === TokenUse) return [];
  return [fails(`its token_use is not ${shownMessage(String(TokenUse))}`)];
}

function claimProblems(payload: Payload, registration: Document, rules: Document): Finding[] {
  const { JWTClaimName, SessionTags, SourceIdentityClaim, SessionNameClaim } = registration;
  const tags = Object.values(Object(SessionTags) as Record<string, unknown>).map((tag) =>
    typeof tag === 'object'
      ? (tag as { Claim?: unknown; Optional?: unknown })
      : { Claim: tag, Optional: false },
  );
  const names = [
    ...(rules['SessionTagValue'] === undefined ? [JWTClaimName] : []),
    ...tags.filter(({ Optional }) => !Optional).map(({ Claim }) => Claim),
    SourceIdentityClaim,
    SessionNameClaim,
  ].filter((name) => typeof name === 'string');
  return [...new Set(names)]
    .filter((name) => claimIn(payload, name) === undefined)
    .map((name) =>
      fails(`lacks the claim ${shownMessage(name)}`, 'have the issuer add it, or register another'),
    );
}
