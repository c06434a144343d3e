// What `isb end-sessions` tells: what there is, what was ended, and what others must do; as a terminal may show it.
import type { Ended, Held } from './ended-user.ts';
import { iso } from './role-denials.ts';
import { escaped } from './shown-text.ts';

export function renderHeld({ userId, sessionName, isKnown, roles }: Held): string[] {
  return [
    `ends        all sessions of ${userId}`,
    ...(isKnown
      ? []
      : [
          '            of whom the portal has noted nothing: is that the id that the identity provider sends?',
        ]),
    ...(sessionName === undefined ? [] : [`            who is ${sessionName} in AWS`]),
    ...roles.map(({ arn }) => `held        ${arn}`),
    ...(roles.length === 0 ? ['held        no session of AWS of the last 12 hours'] : []),
  ].map(escaped);
}

export function renderEnded({ before, denied, elsewhere, gone }: Ended): string[] {
  return [
    'ended       the sessions of the portal',
    ...denied.map(({ arn, policyName }) => `denied      ${arn} (${policyName})`),
    ...gone.map(({ arn }) => `gone        ${arn}: its sessions have ended with it`),
    ...elsewhere.flatMap(({ arn, accountId, roleName, policyName, document }) => [
      `not denied  ${arn}: with credentials of ${accountId}, run`,
      `            aws iam put-role-policy --role-name '${roleName}' --policy-name ${policyName} --policy-document '${JSON.stringify(document)}'`,
    ]),
    `remains     sessions of AWS that are issued from ${iso(before)} on: the user can sign in again, unless the identity`,
    '            provider stops that',
    '            IAM may take seconds until everything is denied everywhere',
    '            sessions of other roles that were assumed with one of these go on, and can be had anew from each other:',
    '            name those roles with --role',
  ].map(escaped);
}
