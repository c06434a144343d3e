// Amazon S3 Control: S3 Access Grants alone. https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_AWS_S3_Control.html
import type { RestXmlService } from '../../account/service.ts';
import { associateAccessGrantsIdentityCenter } from './associate-access-grants-identity-center.ts';
import { createAccessGrant } from './create-access-grant.ts';
import { createAccessGrantsInstance } from './create-access-grants-instance.ts';
import { createAccessGrantsLocation } from './create-access-grants-location.ts';
import { deleteAccessGrant } from './delete-access-grant.ts';
import { deleteAccessGrantsInstance } from './delete-access-grants-instance.ts';
import { deleteAccessGrantsLocation } from './delete-access-grants-location.ts';
import { dissociateAccessGrantsIdentityCenter } from './dissociate-access-grants-identity-center.ts';
import { getAccessGrant } from './get-access-grant.ts';
import { getAccessGrantsInstance } from './get-access-grants-instance.ts';
import { getAccessGrantsInstanceForPrefix } from './get-access-grants-instance-for-prefix.ts';
import { getAccessGrantsLocation } from './get-access-grants-location.ts';
import { getDataAccess } from './get-data-access.ts';
import { listAccessGrants } from './list-access-grants.ts';
import { listAccessGrantsInstances } from './list-access-grants-instances.ts';
import { listAccessGrantsLocations } from './list-access-grants-locations.ts';
import { listCallerAccessGrants } from './list-caller-access-grants.ts';
import { isS3Control, route } from './route.ts';
import { updateAccessGrantsLocation } from './update-access-grants-location.ts';

/** Resource policies of an instance are routed, and refused by name. */
export const s3Control: RestXmlService = {
  // As its requests are signed, and as its actions and its events are named.
  name: 's3',
  inEveryAccount: true,
  protocol: 'rest-xml',
  xmlNamespace: 'http://awss3control.amazonaws.com/doc/2018-08-20/',
  isMeant: isS3Control,
  wrapsErrors: true,
  route,
  operations: {
    AssociateAccessGrantsIdentityCenter: associateAccessGrantsIdentityCenter,
    CreateAccessGrant: createAccessGrant,
    CreateAccessGrantsInstance: createAccessGrantsInstance,
    CreateAccessGrantsLocation: createAccessGrantsLocation,
    DeleteAccessGrant: deleteAccessGrant,
    DeleteAccessGrantsInstance: deleteAccessGrantsInstance,
    DeleteAccessGrantsLocation: deleteAccessGrantsLocation,
    DissociateAccessGrantsIdentityCenter: dissociateAccessGrantsIdentityCenter,
    GetAccessGrant: getAccessGrant,
    GetAccessGrantsInstanceForPrefix: getAccessGrantsInstanceForPrefix,
    GetAccessGrantsInstance: getAccessGrantsInstance,
    GetAccessGrantsLocation: getAccessGrantsLocation,
    GetDataAccess: getDataAccess,
    ListAccessGrantsInstances: listAccessGrantsInstances,
    ListAccessGrantsLocations: listAccessGrantsLocations,
    ListAccessGrants: listAccessGrants,
    ListCallerAccessGrants: listCallerAccessGrants,
    UpdateAccessGrantsLocation: updateAccessGrantsLocation,
  },
};
