// DeleteAccessGrantsLocation: https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_DeleteAccessGrantsLocation.html
import type { Operation } from '../../account/operation.ts';
import type { RestXmlOutput } from '../../account/service.ts';
import { locationOf, onLocation } from './location-request.ts';

export const deleteAccessGrantsLocation: Operation = {
  recorded: ['AccessGrantsLocationId'],
  authorize: onLocation('DeleteAccessGrantsLocation'),
  run(call): RestXmlOutput {
    call.account.accessGrants.deleteLocation(locationOf(call).locationId);
    return { statusCode: 204 };
  },
};
