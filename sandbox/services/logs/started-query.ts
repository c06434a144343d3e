// The query that a request names by its id.
import type { LogQuery } from '../../account/account.ts';
import type { OperationCall } from '../../account/operation.ts';
import { AwsError } from '../../aws-error.ts';

/** @throws AwsError ResourceNotFoundException */
export function startedQuery({ account, input }: OperationCall): LogQuery {
  const query = account.logQueries.get(String(input['queryId']));
  if (query) return query;
  throw new AwsError('ResourceNotFoundException', 'The specified query does not exist.');
}
