// Amazon Cognito user pools: what an identity provider's administrator and a user signing in need.
import type { JsonService } from '../../account/service.ts';
import { adminCreateUser } from './admin-create-user.ts';
import { adminDeleteUser } from './admin-delete-user.ts';
import { adminSetUserPassword } from './admin-set-user-password.ts';
import { initiateAuth } from './initiate-auth.ts';

export const cognitoIdp: JsonService = {
  name: 'cognito-idp',
  protocol: 'json',
  targetPrefix: 'AWSCognitoIdentityProviderService',
  jsonVersion: '1.1',
  operations: {
    AdminCreateUser: adminCreateUser,
    AdminDeleteUser: adminDeleteUser,
    AdminSetUserPassword: adminSetUserPassword,
    InitiateAuth: initiateAuth,
  },
};
