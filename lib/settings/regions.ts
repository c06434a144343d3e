// Regions of AWS: whether the one in the settings exists, as far as the CDK knows.
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { didYouMean } from './did-you-mean.ts';

const code = /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/;
const known = (): string[] => RegionInfo.regions.map(({ name }) => name);

/** What is wrong with what should be a region's code, whether there is such a region or not. */
export function regionCodeProblem(region: string): string | undefined {
  if (code.test(region)) return undefined;
  return `must be the code of a region, as eu-west-1${didYouMean(region, known())}`;
}

/** What is wrong with a code that stands for no region. A region may be newer than the CDK, and so there is a way round. */
export function unknownRegionProblem(region: string): string | undefined {
  if (known().includes(region)) return undefined;
  const hint = didYouMean(region, known()) || '.';
  return `must be a region that the CDK knows${hint} Where it is newer than that, set allowUnknownRegion`;
}
