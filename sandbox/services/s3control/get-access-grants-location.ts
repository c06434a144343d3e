// GetAccessGrantsLocation: https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_GetAccessGrantsLocation.html
import type { Operation } from '../../account/operation.ts';
import type { RestXmlOutput } from '../../account/service.ts';
import { locationOf, onLocation } from './location-request.ts';
import { shownLocation } from './shown.ts';

export const getAccessGrantsLocation: Operation = {
  authorize: onLocation('GetAccessGrantsLocation'),
  run(call): RestXmlOutput {
    return { xml: { GetAccessGrantsLocationResult: shownLocation(locationOf(call)) } };
  },
};
