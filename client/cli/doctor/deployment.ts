// A deployment's settings, read from the template of its stack: what the function was given.
import {
  CloudFormationClient,
  type CloudFormationClientConfig,
  GetTemplateCommand,
} from '@aws-sdk/client-cloudformation';
import { NotDeployed } from '../../account/not-deployed.ts';
import { type EnvironmentStacks, findStacks } from '../../account/stacks.ts';

export interface Plan {
  /** Requests a second. */
  readonly rateLimit: number;
  readonly burstLimit: number;
}

/** What an application is held to. */
export interface AppliedPlan extends Plan {
  /** It has none of its own. */
  readonly isDefault: boolean;
}

export interface Deployment {
  readonly defaultPlan: Plan;
  /** By the names of applications. */
  readonly plans: Readonly<Record<string, Plan>>;
  readonly requiresPinnedTrust: boolean;
  readonly accessMetadataTableName: string | undefined;
}

/** Rejects as the SDK does; and with NotDeployed where there is no such stack, or it has no settings that are known here. */
export async function readDeployment(
  config: CloudFormationClientConfig,
  environment: string | undefined,
): Promise<Deployment> {
  const client = new CloudFormationClient(config);
  return deploymentOf(client, await findStacks(client, environment));
}

/** As `readDeployment`, of stacks that were found. */
export async function deploymentOf(
  client: CloudFormationClient,
  { serviceStackName, service }: EnvironmentStacks,
): Promise<Deployment> {
  const { TemplateBody = '' } = await client.send(new GetTemplateCommand({ StackName: serviceStackName }));
  const { USAGE_PLANS, REQUIRE_PINNED_TRUST } = variablesIn(TemplateBody);
  if (USAGE_PLANS === undefined) throw new NotDeployed(`${serviceStackName} has no usage plans`);
  const { default: defaultPlan, applications = {} } = JSON.parse(USAGE_PLANS) as {
    default: Plan;
    applications?: Record<string, Plan>;
  };
  return {
    defaultPlan,
    plans: applications,
    requiresPinnedTrust: REQUIRE_PINNED_TRUST === 'true',
    accessMetadataTableName: service.get('AccessMetadataTableName'),
  };
}

/** An application's own plan, or else the default one. */
export function planFor(application: string | undefined, { plans, defaultPlan }: Deployment): AppliedPlan {
  const own = application !== undefined && Object.hasOwn(plans, application) ? plans[application] : undefined;
  const { rateLimit, burstLimit } = own ?? defaultPlan;
  return { rateLimit, burstLimit, isDefault: own === undefined };
}

interface Template {
  readonly Resources?: Readonly<
    Record<string, { Properties?: { Environment?: { Variables?: Record<string, unknown> } } }>
  >;
}

/** Of the function that has usage plans. What an intrinsic function says is none of them. */
function variablesIn(body: string): { USAGE_PLANS?: string; REQUIRE_PINNED_TRUST?: string } {
  const { Resources = {} } = JSON.parse(body) as Template;
  const all = Object.values(Resources).map(({ Properties }) => Properties?.Environment?.Variables ?? {});
  const variables = all.find((each) => typeof each['USAGE_PLANS'] === 'string') ?? {};
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => typeof value === 'string'));
}
