// The filter of a list: deprecated in favour of GetUserId and GetGroupId, and in use all the same.
import type { OperationCall } from '../../account/operation.ts';
import { AwsError } from '../../aws-error.ts';
import { requireList, requireStructure, requireText } from '../../constraints.ts';

/**
 * The value that the attribute must have; `undefined` where nothing is filtered.
 * @param attributePath the one by which this list can be filtered, in any case
 * @throws AwsError ValidationError
 */
export function filterOf({ input }: OperationCall, attributePath: string): string | undefined {
  const [given] = requireList('filters', input['Filters'] ?? [], { min: 0, max: 1 });
  if (given === undefined) return undefined;
  const filter = requireStructure('filters.1.member', given);
  const path = requireText('filters.1.member.attributePath', filter['AttributePath'], { maxLength: 255 });
  if (path.toLowerCase() !== attributePath.toLowerCase()) {
    throw new AwsError('ValidationError', `The list is not filtered by ${path}.`);
  }
  return requireText('filters.1.member.attributeValue', filter['AttributeValue'], { maxLength: 1_024 });
}
