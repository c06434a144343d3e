// The services that the AWS endpoint offers.
import type { Service } from '../account/service.ts';
import { cloudFormation } from './cloudformation/service.ts';
import { cognitoIdp } from './cognito-idp/service.ts';
import { dynamodb } from './dynamodb/service.ts';
import { iam } from './iam/service.ts';
import { kms } from './kms/service.ts';
import { logs } from './logs/service.ts';
import { s3 } from './s3/service.ts';
import { sts } from './sts/service.ts';

export const services: readonly Service[] = [cloudFormation, cognitoIdp, dynamodb, iam, kms, logs, s3, sts];
