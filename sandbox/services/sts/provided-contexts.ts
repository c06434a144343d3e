// The contexts that an AssumeRole request provides: whom the session is to act for, by the word of IAM Identity Center.
import type { Account } from '../../account/account.ts';
import { AwsError } from '../../aws-error.ts';
import { requireList, requireStructure, requireText } from '../../constraints.ts';
import type { IdentityContext } from '../../identities/identity-context.ts';

/** The one context provider that AWS documents. */
export const IDENTITY_CENTER = 'arn:aws:iam::aws:contextProvider/IdentityCenter';

/**
 * `undefined` where the request provides none.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_ProvidedContext.html
 * @throws AwsError ValidationError, InvalidContextAssertion, NotImplemented
 */
export function readProvidedContexts(account: Account, value: unknown): IdentityContext | undefined {
  // An empty list is sent as an empty parameter.
  if (value === undefined || value === '') return undefined;
  const contexts = requireList('providedContexts', value, { min: 1, max: 5 });
  if (contexts.length > 1) {
    throw new AwsError('NotImplemented', 'The sandbox takes one of sts AssumeRole’s ProvidedContexts.', 501);
  }
  const given = requireStructure('providedContexts.1.member', contexts[0]);
  const field = 'providedContexts.1.member';
  const provider = requireText(`${field}.providerArn`, given['ProviderArn'], {
    minLength: 20,
    maxLength: 2_048,
  });
  const assertion = requireText(`${field}.contextAssertion`, given['ContextAssertion'], {
    minLength: 4,
    maxLength: 2_048,
  });
  if (provider !== IDENTITY_CENTER) throw invalidContext('its provider is not IAM Identity Center');
  return verifyAssertion(account, assertion);
}

function verifyAssertion({ identityCenter, now }: Account, text: string): IdentityContext {
  const assertion = identityCenter.assertions.open(text);
  if (!assertion) throw invalidContext('it is none of IAM Identity Center’s');
  const { userId, applicationArn, expiresAt } = assertion;
  if (expiresAt <= now()) throw invalidContext('it has expired');
  const found = identityCenter.findApplication(applicationArn);
  if (!found) throw invalidContext(`the application ${applicationArn} is gone`);
  const { identityStoreArn, arn: instanceArn, store } = found.instance;
  if (!store.users.some((user) => user.userId === userId)) throw invalidContext(`the user ${userId} is gone`);
  return {
    userId,
    identityStoreArn,
    instanceArn,
    applicationArn,
    // Services look them up when the session is used.
    get groupIds() {
      return store.groupIdsOf(userId);
    },
  };
}

/** @param reason for the trail; never the assertion */
function invalidContext(reason: string): AwsError {
  return new AwsError(
    'InvalidContextAssertion',
    'The context assertion that was passed could not be validated.',
    400,
    reason,
  );
}
