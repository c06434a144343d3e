// Data access: what the broker has besides, where it issues credentials for data.
import { Aws } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { DataAccessVariable, dataAccessDefaults } from '../../service/data-access-broker/environment.ts';
import type { DataAccessSettings } from '../settings/data-access.ts';
import { IdentityContexts } from './identity-contexts.ts';

export interface DataAccessProps {
  readonly settings: DataAccessSettings;
  /** The function's own role; gets the grants it needs here. */
  readonly executionRole: IRole;
}

export class DataAccess extends Construct {
  readonly #identityContexts: IdentityContexts | undefined;
  readonly #settings: DataAccessSettings;

  constructor(scope: Construct, id: string, { settings, executionRole }: DataAccessProps) {
    super(scope, id);
    this.#settings = settings;
    if (Object.keys(settings.identityCenterApplications).length > 0) {
      this.#identityContexts = new IdentityContexts(this, 'IdentityContexts');
      this.#identityContexts.grantExchange(executionRole);
    }
  }

  get variables(): Readonly<Record<string, string>> {
    const { accessGrantsAccount, identityCenterApplications, grantCacheSeconds } = this.#settings;
    return {
      [DataAccessVariable.accessGrantsAccount]: accessGrantsAccount ?? Aws.ACCOUNT_ID,
      ...(this.#identityContexts && {
        [DataAccessVariable.identityCenterApplications]: JSON.stringify(identityCenterApplications),
        [DataAccessVariable.identityContextsTableName]: this.#identityContexts.tableName,
      }),
      ...(grantCacheSeconds !== dataAccessDefaults.grantCacheSeconds && {
        [DataAccessVariable.grantCacheSeconds]: String(grantCacheSeconds),
      }),
    };
  }
}

/**
 * The exchange of users' tokens, at just these applications: whose actor policy names the service role in its turn.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsiamidentitycenteroidcservice.html
 */
export function exchangeTokens({ identityCenterApplications }: DataAccessSettings): PolicyStatement[] {
  const applications = [...new Set(Object.values(identityCenterApplications))];
  if (applications.length === 0) return [];
  return [new PolicyStatement({ actions: ['sso-oauth:CreateTokenWithIAM'], resources: applications })];
}
