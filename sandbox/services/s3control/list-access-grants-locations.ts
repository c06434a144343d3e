// ListAccessGrantsLocations: https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_ListAccessGrantsLocations.html
import type { Operation } from '../../account/operation.ts';
import type { RestXmlOutput } from '../../account/service.ts';
import { onInstance } from './instance-request.ts';
import { pageOf } from './page.ts';
import { shownLocation } from './shown.ts';

export const listAccessGrantsLocations: Operation = {
  authorize: onInstance('ListAccessGrantsLocations'),
  run(call): RestXmlOutput {
    const { LocationScope: wanted } = call.input;
    const all = call.account.accessGrants.locations.all.filter(
      ({ scope }) => wanted === undefined || scope === wanted,
    );
    const { items, NextToken } = pageOf(call, all, ({ locationId }) => locationId);
    return {
      xml: {
        ListAccessGrantsLocationsResult: {
          NextToken,
          AccessGrantsLocationsList: { AccessGrantsLocation: items.map(shownLocation) },
        },
      },
    };
  },
};
