// A target role: what the console portal opens for people, in whichever account it is.
import { Duration, Token } from 'aws-cdk-lib';
import {
  CfnOIDCProvider,
  type IManagedPolicy,
  type PolicyDocument,
  PolicyStatement,
  PrincipalBase,
  PrincipalPolicyFragment,
  Role,
} from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import {
  AUDIENCE,
  chainedTrust,
  issuerProblem,
  portalRoleProblem,
  providerProblem,
  serviceProblem,
  type TrustPolicy,
  webIdentityTrust,
} from '../portal/target-trust.ts';

export interface TargetRoleProps {
  /** The target's name in the portal's settings. */
  readonly service: string;
  /**
   * The portal's output PortalIssuer, as text that is known at synthesis: it stands in the keys of conditions, which
   * CloudFormation cannot fill in.
   */
  readonly issuer?: string;
  /** ARN of the account's OIDC provider of that issuer, of which there can be one. Default: one is made. */
  readonly providerArn?: string;
  /** In the place of an issuer, for a target of the mode `chained`: the portal's output PortalRoleARN. */
  readonly portalRoleArn?: string;
  /** Default: CloudFormation makes one up. */
  readonly roleName?: string;
  /** The longest session, one hour to twelve; chained one hour, which is the default. */
  readonly maxSessionDuration?: Duration;
  readonly managedPolicies?: IManagedPolicy[];
}

export class TargetRole extends Construct {
  /** What the portal's settings name as the role of the target; give it what people may do. */
  readonly role: Role;
  /** What further roles of this account trust; absent for a chained one. */
  readonly providerArn: string | undefined;

  /** @throws Error for props that are wrong, or contradict each other, by their names */
  constructor(scope: Construct, id: string, props: TargetRoleProps) {
    super(scope, id);
    refuseWrong(props);
    const { service, issuer, portalRoleArn, roleName, maxSessionDuration, managedPolicies } = props;
    this.providerArn =
      issuer === undefined
        ? undefined
        : (props.providerArn ??
          new CfnOIDCProvider(this, 'Portal', { url: issuer, clientIdList: [AUDIENCE] }).ref);
    const trust =
      issuer === undefined
        ? chainedTrust(portalRoleArn, service)
        : webIdentityTrust(issuer, service, this.providerArn);
    this.role = new Role(this, 'Role', {
      ...(roleName !== undefined && { roleName }),
      description: `Opened by the console portal, as its target ${service}`,
      maxSessionDuration: maxSessionDuration ?? Duration.hours(1),
      ...(managedPolicies && { managedPolicies }),
      assumedBy: new TrustedPortal(trust),
    });
  }
}

/** The portal as a principal: the statements are those of the template without the CDK. */
class TrustedPortal extends PrincipalBase {
  constructor(private readonly trust: TrustPolicy) {
    super();
  }

  override get policyFragment(): PrincipalPolicyFragment {
    const [statement] = this.trust.Statement;
    const principals = Object.entries(statement?.Principal ?? {}).map(([type, arn]) => [type, [String(arn)]]);
    return new PrincipalPolicyFragment(Object.fromEntries(principals), { ...statement?.Condition });
  }

  override addToAssumeRolePolicy(document: PolicyDocument): void {
    document.addStatements(...this.trust.Statement.map((statement) => PolicyStatement.fromJson(statement)));
  }

  override dedupeString(): string {
    return JSON.stringify(this.trust);
  }
}

function refuseWrong(props: TargetRoleProps): void {
  const { service, issuer, providerArn, portalRoleArn, maxSessionDuration } = props;
  const wrong = serviceProblem(service);
  if (wrong !== undefined) throw new Error(`service: ${wrong}`);
  if ((issuer === undefined) === (portalRoleArn === undefined))
    throw new Error('issuer, portalRoleArn: give one of the two');
  const problem = issuer === undefined ? undefined : issuerProblem(issuer);
  if (problem !== undefined) throw new Error(`issuer: ${problem}`);
  if (providerArn !== undefined && issuer === undefined)
    throw new Error('providerArn: is of an issuer, and none is given');
  refuseWrongArn('portalRoleArn', portalRoleArn, portalRoleProblem);
  refuseWrongArn('providerArn', providerArn, providerProblem);
  if (portalRoleArn !== undefined && (maxSessionDuration?.toSeconds() ?? 0) > 3_600)
    throw new Error('maxSessionDuration: is an hour at most of a chained role');
}

/** One that is known no sooner than at deployment is CloudFormation's to say. */
function refuseWrongArn(
  name: keyof TargetRoleProps,
  arn: string | undefined,
  problemOf: (arn: string) => string | undefined,
): void {
  if (arn === undefined || Token.isUnresolved(arn)) return;
  const problem = problemOf(arn);
  if (problem !== undefined) throw new Error(`${name}: ${problem}`);
}
