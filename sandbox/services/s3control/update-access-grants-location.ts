// UpdateAccessGrantsLocation: https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_UpdateAccessGrantsLocation.html
import type { Operation } from '../../account/operation.ts';
import type { RestXmlOutput } from '../../account/service.ts';
import { ACCESS_GRANTS } from '../../authorization/location-role.ts';
import { passingRole } from './instance-request.ts';
import { locationOf, onLocation, readRoleArn } from './location-request.ts';
import { shownLocation } from './shown.ts';

export const updateAccessGrantsLocation: Operation = {
  recorded: ['AccessGrantsLocationId', 'IAMRoleArn'],
  authorize: (call) => [
    onLocation('UpdateAccessGrantsLocation')(call),
    passingRole(readRoleArn(call), ACCESS_GRANTS),
  ],
  run(call): RestXmlOutput {
    const { locations } = call.account.accessGrants;
    const location = locations.update(locationOf(call).locationId, readRoleArn(call));
    return { xml: { UpdateAccessGrantsLocationResult: shownLocation(location) } };
  },
};
