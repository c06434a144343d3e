// What synthesis takes of a portal's settings, for who writes them where there is no synthesis: lib/settings/portal.ts.
import { serviceProblem } from './target-trust.ts';

export const MOST_TARGETS = 300;
export const MOST_GROUPS = 50;

const reserved = [
  ...['saml', 'oidc', 'logout', 'favourites', 'jwks.json', '.well-known', 'favicon.ico', 'robots.txt'],
  ...['apple-touch-icon.png', 'apple-touch-icon-precomposed.png'],
];
const roleArn =
  /^(?=.{20,600}$)arn:(aws|aws-us-gov|aws-cn):iam::\d{12}:role\/(?:[\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/;
const group = /^\S(.{0,254}\S)?$/u;
const urlPrefix = /^(\/[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,62}){0,4}$/;

export function isService(name: string): boolean {
  return serviceProblem(name) === undefined && !reserved.includes(name.toLowerCase());
}

export function isTargetRole(arn: string): boolean {
  return roleArn.test(arn);
}

export function isGroup(name: string): boolean {
  return group.test(name);
}

export function isUrlPrefix(prefix: string): boolean {
  return urlPrefix.test(prefix);
}
