// TransactWriteItems over dynalite, which has none: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
import { AwsError } from '../../aws-error.ts';
import type { Item } from './forward.ts';

/** Runs one of dynalite's own operations. @throws AwsError as DynamoDB words it */
export type RunOperation = (operation: string, input: Record<string, unknown>) => Promise<unknown>;

type Kind = 'ConditionCheck' | 'Delete' | 'Put' | 'Update';

interface Action {
  readonly kind: Kind;
  readonly input: Record<string, unknown>;
  readonly key: Item;
  /** The item before the transaction. */
  readonly before: Item | undefined;
}

interface Reason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: Item;
}

const KINDS: readonly string[] = ['ConditionCheck', 'Delete', 'Put', 'Update'];
const MOST_ACTIONS = 100;
const TOKEN_MS = 10 * 60_000;

/** To be run one at a time, with nothing beside: what it tries is written, and taken back. */
export class Transactions {
  readonly #done = new Map<string, { readonly request: string; readonly at: number }>();

  constructor(
    private readonly run: RunOperation,
    private readonly now: () => number = Date.now,
  ) {}

  /** All the writes or none. @throws AwsError TransactionCanceledException with the reason of each action */
  async write({ ClientRequestToken, ...request }: Record<string, unknown>): Promise<Record<string, never>> {
    const text = JSON.stringify(request);
    const token = ClientRequestToken === undefined ? undefined : String(ClientRequestToken);
    const done = token === undefined ? undefined : this.#done.get(token);
    if (done && this.now() - done.at < TOKEN_MS) {
      if (done.request === text) return {};
      throw new AwsError(
        'IdempotentParameterMismatchException',
        'The request was sent before with this token, and with other parameters',
      );
    }
    const actions = await this.#actions(request['TransactItems']);
    const reasons: Reason[] = [];
    for (const action of actions) reasons.push(await this.#check(action));
    if (reasons.some(({ Code }) => Code !== 'None')) throw canceled(reasons);
    await this.#carryOut(actions);
    if (token !== undefined) this.#done.set(token, { request: text, at: this.now() });
    return {};
  }

  async #actions(items: unknown): Promise<Action[]> {
    if (!Array.isArray(items) || items.length === 0 || items.length > MOST_ACTIONS) {
      throw invalid(`TransactItems: must be a list of 1 to ${MOST_ACTIONS} actions`);
    }
    const actions: Action[] = [];
    for (const item of items as Record<string, Record<string, unknown>>[]) {
      const [[kind, input] = [], ...others] = Object.entries(item);
      if (!input || !KINDS.includes(kind ?? '') || others.length > 0) {
        throw invalid('TransactItems can only contain one of Check, Put, Update or Delete');
      }
      actions.push(await this.#action(kind as Kind, input));
    }
    const touched = new Set(actions.map(({ input, key }) => JSON.stringify([input['TableName'], key])));
    if (touched.size < actions.length) {
      throw invalid('Transaction request cannot include multiple operations on one item');
    }
    return actions;
  }

  async #action(kind: Kind, input: Record<string, unknown>): Promise<Action> {
    if (kind === 'ConditionCheck' && input['ConditionExpression'] === undefined) {
      throw invalid('ConditionExpression: is required of a ConditionCheck');
    }
    const { TableName } = input;
    const described = await this.run('DescribeTable', { TableName });
    const { KeySchema } = (described as { Table: { KeySchema: { AttributeName: string }[] } }).Table;
    const named = (input['Key'] ?? input['Item'] ?? {}) as Item;
    const key = Object.fromEntries(
      KeySchema.flatMap(({ AttributeName: name }) => (named[name] ? [[name, named[name]]] : [])),
    );
    const found = await this.run('GetItem', { TableName, Key: key, ConsistentRead: true });
    return { kind, input, key, before: (found as { Item?: Item }).Item };
  }

  /** Holds the condition against the item by a write that changes nothing, or is taken back. */
  async #check({ input, key, before }: Action): Promise<Reason> {
    const { TableName, ConditionExpression, ReturnValuesOnConditionCheckFailure: wanted } = input;
    if (ConditionExpression === undefined) return { Code: 'None' };
    const condition = { ConditionExpression, ...placeholders(input, String(ConditionExpression)) };
    try {
      await this.run('PutItem', { TableName, Item: before ?? key, ...condition });
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== 'ConditionalCheckFailedException') throw error;
      return {
        Code: 'ConditionalCheckFailed',
        Message: error.message,
        ...(wanted === 'ALL_OLD' && before && { Item: before }),
      };
    }
    if (!before) await this.run('DeleteItem', { TableName, Key: key });
    return { Code: 'None' };
  }

  async #carryOut(actions: readonly Action[]): Promise<void> {
    try {
      for (const action of actions) await this.#carryOutOne(action);
    } catch (error) {
      for (const action of actions) await this.#restore(action);
      throw error;
    }
  }

  async #carryOutOne({ kind, input, key }: Action): Promise<void> {
    const { TableName, Item, UpdateExpression } = input;
    if (kind === 'Put') await this.run('PutItem', { TableName, Item });
    if (kind === 'Delete') await this.run('DeleteItem', { TableName, Key: key });
    if (kind !== 'Update') return;
    const expression = { UpdateExpression, ...placeholders(input, String(UpdateExpression)) };
    await this.run('UpdateItem', { TableName, Key: key, ...expression });
  }

  async #restore({ kind, input: { TableName }, key, before }: Action): Promise<void> {
    if (kind === 'ConditionCheck') return;
    if (before) await this.run('PutItem', { TableName, Item: before });
    else await this.run('DeleteItem', { TableName, Key: key });
  }
}

/** The names and values that an expression uses: DynamoDB refuses those that none does. */
function placeholders(input: Record<string, unknown>, expression: string): Record<string, unknown> {
  const used = new Set(expression.match(/[#:]\w+/g));
  return Object.fromEntries(
    ['ExpressionAttributeNames', 'ExpressionAttributeValues'].flatMap((field) => {
      const entries = Object.entries(input[field] ?? {}).filter(([name]) => used.has(name));
      return entries.length > 0 ? [[field, Object.fromEntries(entries)]] : [];
    }),
  );
}

function canceled(reasons: readonly Reason[]): AwsError {
  const codes = reasons.map(({ Code }) => Code).join(', ');
  return new AwsError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    400,
    undefined,
    { CancellationReasons: reasons },
  );
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
