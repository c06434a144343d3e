// Instances, applications and assignments as the API shows them.
import type { Account } from '../../account/account.ts';
import type { Application, Assignment } from '../../identity-center/application.ts';
import type { Instance } from '../../identity-center/identity-center.ts';

type Shown = Readonly<Record<string, unknown>>;

export function shownInstance(instance: Instance): Shown {
  return {
    InstanceArn: instance.arn,
    IdentityStoreId: instance.identityStoreId,
    OwnerAccountId: instance.accountId,
    Name: instance.name,
    CreatedDate: instance.createdAt / 1_000,
    Status: 'ACTIVE',
  };
}

export function shownApplication({ accountId, region }: Account, instance: Instance, of: Application): Shown {
  return {
    ApplicationArn: of.arn,
    ApplicationProviderArn: of.providerArn,
    Name: of.name,
    ApplicationAccount: accountId,
    InstanceArn: instance.arn,
    IdentityStoreArn: instance.identityStoreArn,
    Status: of.status,
    PortalOptions: of.portalOptions,
    Description: of.description,
    CreatedDate: of.createdAt / 1_000,
    CreatedFrom: region,
  };
}

export function shownAssignment({ arn }: Application, { principalId, principalType }: Assignment): Shown {
  return { ApplicationArn: arn, PrincipalId: principalId, PrincipalType: principalType };
}

/** The one way in which an application's requests are authenticated: by IAM. */
export function shownMethod({ identityCenter }: Account, application: Application): Shown | undefined {
  const ActorPolicy = identityCenter.instance?.applications.shownActorPolicy(application);
  return ActorPolicy && { Iam: { ActorPolicy } };
}
