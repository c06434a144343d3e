// `isb target-role`: its options, and the template that it prints.
import { type TargetTemplate, targetTemplate } from '../portal/target-template.ts';
import { issuerProblem, portalRoleProblem, providerProblem, serviceProblem } from '../portal/target-trust.ts';
import { type Command, WrongUsage } from './command.ts';
import { parseOptions } from './options.ts';

const LONGEST_SECONDS = 43_200;
const LEAST_SECONDS = 3_600;

export const targetRole: Command = {
  usage: `Usage: npx isb target-role --issuer URL --service NAME [--role-name NAME]
       npx isb target-role --chained --portal-role ARN --service NAME [--role-name NAME]

Prints the CloudFormation template, as JSON, of a role that people open by the console
portal, to be deployed in the role's account: the role, its trust, and the OIDC provider.

  --service NAME        the target's name in the portal's settings
  --issuer URL          the portal's output PortalIssuer
  --provider-arn ARN    the account's OIDC provider of that issuer, if it has it already.
                        Default: the template makes it; an account can have one
  --chained             for a target of the mode chained
  --portal-role ARN     of it: the portal's output PortalRoleARN
  --role-name NAME      default: CloudFormation makes one up
  --max-session SECONDS the longest session, 3600 to 43200; default 3600
  --managed-policy ARN  what the role may do; several times for several
  --help, -h            prints this

Exit codes: 0 printed; 2 wrong usage.
`,

  async run(args, { stdout }) {
    stdout.write(`${JSON.stringify(targetTemplate(readOptions(args)), null, 2)}\n`);
  },
};

/** @throws WrongUsage */
function readOptions(args: readonly string[]): TargetTemplate {
  const given = parseOptions(args, {
    service: { type: 'string' },
    issuer: { type: 'string' },
    'provider-arn': { type: 'string' },
    chained: { type: 'boolean', default: false },
    'portal-role': { type: 'string' },
    'role-name': { type: 'string' },
    'max-session': { type: 'string', default: String(LEAST_SECONDS) },
    'managed-policy': { type: 'string', multiple: true, default: [] },
  });
  const { service = '', 'role-name': roleName, 'managed-policy': managedPolicies } = given;
  requireSound('--service', service, serviceProblem(service));
  if (roleName !== undefined && !/^[\w+=,.@-]{1,64}$/.test(roleName))
    throw new WrongUsage('--role-name must be the name of an IAM role');
  const wrongPolicy = managedPolicies.find((arn) => !/^arn:[\w-]+:iam::(aws|\d{12}):policy\/\S+$/.test(arn));
  if (wrongPolicy !== undefined) throw new WrongUsage('--managed-policy must be the ARN of an IAM policy');
  const maxSessionSeconds = secondsOf(given['max-session'], given.chained);
  return { service, roleName, maxSessionSeconds, managedPolicies, trusted: trustedOf(given) };
}

interface Trusted {
  readonly issuer?: string | undefined;
  readonly 'provider-arn'?: string | undefined;
  readonly chained: boolean;
  readonly 'portal-role'?: string | undefined;
}

function trustedOf({
  issuer,
  'provider-arn': providerArn,
  chained,
  'portal-role': portalRole,
}: Trusted): TargetTemplate['trusted'] {
  if (chained) {
    if (issuer !== undefined || providerArn !== undefined)
      throw new WrongUsage('--chained has no --issuer and no --provider-arn: it trusts the portal’s role');
    requireSound('--portal-role', portalRole ?? '', portalRoleProblem(portalRole ?? ''));
    return { portalRole: portalRole as string };
  }
  if (portalRole !== undefined) throw new WrongUsage('--portal-role is for --chained');
  requireSound('--issuer', issuer ?? '', issuerProblem(issuer ?? ''));
  if (providerArn !== undefined) requireSound('--provider-arn', providerArn, providerProblem(providerArn));
  return { issuer: issuer as string, providerArn };
}

function requireSound(option: string, text: string, problem: string | undefined): void {
  if (problem !== undefined)
    throw new WrongUsage(`${option} ${text === '' ? 'is missing, and ' : ''}${problem}`);
}

function secondsOf(text: string, isChained: boolean): number {
  const seconds = /^\d{4,5}$/.test(text) ? Number(text) : 0;
  const most = isChained ? LEAST_SECONDS : LONGEST_SECONDS;
  if (seconds >= LEAST_SECONDS && seconds <= most) return seconds;
  throw new WrongUsage(
    isChained
      ? '--max-session is 3600 of a chained role: AWS ends what one role gets of another after an hour'
      : `--max-session must be ${LEAST_SECONDS} to ${LONGEST_SECONDS} seconds`,
  );
}
