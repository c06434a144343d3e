// What cdk-nag finds in the stack of IAM Identity Center and stands, each with its reason.
import type { Acknowledgement } from '../acknowledgement.ts';

export const identityCenterAcknowledgements: readonly Acknowledgement[] = [];
