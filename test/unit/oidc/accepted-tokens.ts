// ID tokens that sign somebody in, each with what becomes of the user.
import type { User } from '../../../service/sign-in/user.ts';
import { TENANT_CLAIM } from '../../support/oidc/portal.ts';
import { CLIENT, USER } from '../../support/oidc/provider.ts';

export const ada: User = { id: USER, groups: ['dba', 'sysadmin'], groupsOverage: false };

interface Accepted {
  readonly name: string;
  readonly claims: Readonly<Record<string, unknown>> | ((now: number) => Readonly<Record<string, unknown>>);
  readonly user?: Partial<User>;
}

const sources = { src1: { endpoint: 'https://graph.windows.net/contoso.example/users/1/getMemberObjects' } };

export const accepted: readonly Accepted[] = [
  { name: 'what it must have, and nothing else', claims: {} },
  { name: 'the portal as the one entry of a list', claims: { aud: [CLIENT] } },
  {
    name: 'the portal among others, to which it was issued',
    claims: { aud: ['other', CLIENT], azp: CLIENT },
  },
  { name: 'the portal as audience and as the party', claims: { azp: CLIENT } },
  {
    name: 'a time five minutes ago, as Entra ID has it',
    claims: (now) => ({ iat: now - 300, nbf: now - 300 }),
  },
  { name: 'times of a clock that is a minute ahead', claims: (now) => ({ iat: now + 60, nbf: now + 60 }) },
  { name: 'an end of a clock that is almost a minute behind', claims: (now) => ({ exp: now - 59 }) },
  { name: 'no groups', claims: { groups: undefined }, user: { groups: [] } },
  { name: 'an empty list of groups', claims: { groups: [] }, user: { groups: [] } },
  { name: 'one group, as a text', claims: { groups: 'cloudadmin' }, user: { groups: ['cloudadmin'] } },
  { name: 'an empty text for groups', claims: { groups: '' }, user: { groups: [] } },
  {
    name: 'groups whose names are almost the same, and one twice',
    claims: { groups: ['dba', 'DBA', 'dba ', 'dba'] },
    user: { groups: ['dba', 'DBA', 'dba '] },
  },
  {
    name: 'a place where the groups are, because they are too many',
    claims: { groups: undefined, _claim_names: { groups: 'src1' }, _claim_sources: sources },
    user: { groups: [], groupsOverage: true },
  },
  {
    name: 'the mark that there are groups',
    claims: { groups: undefined, hasgroups: true },
    user: { groups: [], groupsOverage: true },
  },
  {
    name: 'a place where something else is',
    claims: { _claim_names: { address: 'src1' }, _claim_sources: sources },
  },
  { name: 'a tenant', claims: { [TENANT_CLAIM]: 'Yellow' }, user: { tenant: 'Yellow' } },
  {
    name: 'a tenant as the one entry of a list',
    claims: { [TENANT_CLAIM]: ['Blue'] },
    user: { tenant: 'Blue' },
  },
  {
    name: 'a guest',
    claims: { sub: 'eve_example.org#EXT#@contoso.onmicrosoft.com' },
    user: { id: 'eve_example.org#EXT#@contoso.onmicrosoft.com' },
  },
];
