// Step: the region, and whether AWS has it.
import { findRegion } from '../../account/region.ts';
import { isRegionCode } from '../broker-location.ts';
import { shownName } from '../shown-text.ts';
import type { Step } from './checkup.ts';
import { fails, ok } from './finding.ts';

export const region: Step = {
  name: 'region',
  needs: [],
  async check({ values, surroundings, facts }) {
    const found = await findRegion(surroundings.env, values);
    if (!found) return [fails('none', 'give --region, or set AWS_REGION')];
    if (!isRegionCode(found))
      return [fails(`${shownName(found)} is no code of a region`, 'eu-west-1 is one')];
    facts.region = found;
    const { partition } = await import('@aws-sdk/core/client');
    // Of a region that it does not know, the SDK tells the partition alone.
    const { description } = partition(found) as { description?: string };
    if (description !== undefined) return [ok(`${found}, ${description}`)];
    return [fails(`${found} is none of AWS's regions, as this version knows them`, 'check its spelling')];
  },
};
