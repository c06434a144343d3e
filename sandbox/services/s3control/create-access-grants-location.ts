// CreateAccessGrantsLocation: https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_CreateAccessGrantsLocation.html
import type { Operation } from '../../account/operation.ts';
import type { RestXmlOutput } from '../../account/service.ts';
import { ACCESS_GRANTS } from '../../authorization/location-role.ts';
import { onPart, passingRole } from './instance-request.ts';
import { readLocationScope, readRoleArn } from './location-request.ts';
import { shownLocation } from './shown.ts';

export const createAccessGrantsLocation: Operation = {
  recorded: ['LocationScope', 'IAMRoleArn'],
  authorize: (call) => [
    onPart(call, 'CreateAccessGrantsLocation', 'location', { scope: readLocationScope(call) }),
    passingRole(readRoleArn(call), ACCESS_GRANTS),
  ],
  run(call): RestXmlOutput {
    const { locations } = call.account.accessGrants;
    const location = locations.create({ scope: readLocationScope(call), roleArn: readRoleArn(call) });
    return { xml: { CreateAccessGrantsLocationResult: shownLocation(location) } };
  },
};
