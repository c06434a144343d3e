// Pages of IAM's lists: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html (`Marker`, `MaxItems`)
import type { OperationCall } from '../../account/operation.ts';
import { AwsError } from '../../aws-error.ts';
import { requireInteger } from '../../constraints.ts';

const DEFAULT_MAX_ITEMS = 100;

export interface Page {
  readonly names: readonly string[];
  readonly isTruncated: boolean;
  /** Where the next page begins. */
  readonly marker: string | undefined;
}

/**
 * The page that the request asks for: it begins after the name that the marker stands for, base64-encoded.
 * @throws AwsError ValidationError
 */
export function pageOf({ input }: OperationCall, all: readonly string[]): Page {
  const maxItems = requireInteger('maxItems', input['MaxItems'] ?? DEFAULT_MAX_ITEMS, { min: 1, max: 1_000 });
  const after = readMarker(input['Marker']);
  const rest = all.filter((name) => after === undefined || name > after).sort();
  const names = rest.slice(0, maxItems);
  const isTruncated = rest.length > names.length;
  return {
    names,
    isTruncated,
    marker: isTruncated ? Buffer.from(names.at(-1) ?? '').toString('base64') : undefined,
  };
}

function readMarker(marker: unknown): string | undefined {
  if (marker === undefined) return undefined;
  const name = Buffer.from(String(marker), 'base64').toString();
  if (Buffer.from(name).toString('base64') === marker && name) return name;
  throw new AwsError('ValidationError', 'Invalid Marker.');
}
