// DynamoDB's stand-in: tables that answer any key, and keep what was written; conditions are not evaluated.
import { marshall } from '@aws-sdk/util-dynamodb';
import { itemOf } from '../../service/registrations/stored-registration.ts';
import { callerNamed } from '../../test/support/callers.ts';
import { storedWith } from '../../test/support/registrations.ts';
import { SHARED_SESSIONS, UNREGISTERED, WITH_DATA_ACCESS, WITH_OWN_KEYS } from './stand-in-names.ts';

/** As DynamoDB sends it: attribute by attribute, with its type. */
type Item = Readonly<Record<string, unknown>>;
type Key = Readonly<Record<string, { readonly S: string }>>;

interface Addressed {
  readonly TableName: string;
  readonly Key?: Key;
  readonly Item?: Item;
}

/** What any of its operations asks for, as far as it is read here. */
interface Asked extends Addressed {
  readonly UpdateExpression?: string;
  readonly ExpressionAttributeValues?: Readonly<Record<string, { readonly N: string }>>;
  readonly RequestItems?: Readonly<Record<string, { readonly Keys: readonly Key[] }>>;
  readonly TransactItems?: readonly Readonly<Record<'Put' | 'Get' | 'Delete', Addressed | undefined>>[];
}

export class StandInTables {
  /** By table and key; nothing where it was deleted. */
  readonly #written = new Map<string, Item | undefined>();
  readonly #operations: Readonly<Record<string, (asked: Asked) => object>>;

  /** @param jwksUrlOf where the JWK set of an application's tokens is */
  constructor(private readonly jwksUrlOf: (path: string) => string) {
    this.#operations = {
      GetItem: (asked) => this.#found(asked.TableName, asked.Key as Key),
      BatchGetItem: ({ RequestItems = {} }) => this.#batch(RequestItems),
      TransactGetItems: ({ TransactItems = [] }) => ({
        Responses: TransactItems.map(({ Get }) => this.#found(Get?.TableName as string, Get?.Key as Key)),
      }),
      PutItem: (asked) => this.#write(asked),
      DeleteItem: (asked) => this.#write(asked),
      TransactWriteItems: ({ TransactItems = [] }) => {
        for (const { Put, Delete } of TransactItems)
          for (const one of [Put, Delete]) if (one) this.#write(one);
        return {};
      },
      UpdateItem: (asked) => (asked.TableName === SHARED_SESSIONS ? this.#update(asked) : advanced(asked)),
    };
  }

  /** @throws Error where the operation is not known */
  answer(operation: string, body: string): string {
    const answer = this.#operations[operation];
    if (!answer) throw new Error(`DynamoDB's stand-in does not know ${operation}`);
    return JSON.stringify(answer(JSON.parse(body)));
  }

  #batch(requested: NonNullable<Asked['RequestItems']>): object {
    const responses = Object.entries(requested).map(([table, { Keys }]) => [
      table,
      Keys.flatMap((key) => this.#found(table, key).Item ?? []),
    ]);
    return { Responses: Object.fromEntries(responses), UnprocessedKeys: {} };
  }

  #write({ TableName, Key, Item }: Addressed): object {
    const partitionKey = partitionKeys[TableName] ?? 'ApplicationName';
    const key = (Item ?? Key)?.[partitionKey] as Key[string];
    this.#written.set(`${TableName} ${key.S}`, Item);
    return {};
  }

  /** Of updates that put values in the place of others, as those of what is shared do. */
  #update({
    TableName,
    Key: key = {},
    UpdateExpression = '',
    ExpressionAttributeValues = {},
  }: Asked): object {
    const item: Record<string, unknown> = { ...this.#found(TableName, key).Item, ...key };
    for (const [, name = '', onlyNew, value = ''] of UpdateExpression.matchAll(
      /(\w+) = (if_not_exists\(\w+, )?(:\w+)/g,
    ))
      if (!(onlyNew && item[name])) item[name] = ExpressionAttributeValues[value];
    for (const name of /REMOVE (.*)$/.exec(UpdateExpression)?.[1]?.split(', ') ?? []) delete item[name];
    this.#write({ TableName, Item: item });
    return { Attributes: item };
  }

  #found(table: string, key: Key): { readonly Item?: Item } {
    const [value] = Object.values(key);
    const address = `${table} ${value?.S}`;
    const item = this.#written.has(address)
      ? this.#written.get(address)
      : this.#unwritten(table, value?.S ?? '');
    return item ? { Item: item } : {};
  }

  /** What a table has without anybody having written it: an entry for each, and more where a question needs them. */
  #unwritten(table: string, key: string): Item | undefined {
    // Of the portal's tables: whoever asks has signed in, and has opened nothing yet.
    if (table === 'Sessions') return marshall({ ...signedIn, SessionHash: key });
    if (table === 'AccessMetadata') return this.#registrationOf(key);
    return undefined;
  }

  /** Every application is registered, with an access role of its own, but for those that are called otherwise. */
  #registrationOf(applicationName: string): Item | undefined {
    if (applicationName.startsWith(UNREGISTERED) || applicationName.includes('#')) return undefined;
    const stored = storedWith({
      ...callerNamed(applicationName),
      accessRoleName: `${applicationName}Access`,
      jwksUrl: this.jwksUrlOf(
        applicationName.startsWith(WITH_OWN_KEYS) ? `${applicationName}.json` : 'jwks.json',
      ),
      issuer: 'https://localhost',
      sessionDurationSeconds: 3600,
      ...(applicationName.startsWith(WITH_DATA_ACCESS) && { dataAccess: ofTenants }),
    });
    return marshall(itemOf(stored), { removeUndefinedValues: true });
  }
}

/** Of tables whose partition key is not the application's name. */
const partitionKeys: Readonly<Record<string, string>> = {
  Sessions: 'SessionHash',
  Users: 'UserId',
  [SHARED_SESSIONS]: 'Id',
};

const hour = 3_600_000;
const signedIn = {
  UserId: 'ada@example.com',
  Groups: ['sysadmin', 'cloudadmin'],
  GroupsOverage: false,
  Tenant: 'Yellow',
  SignedInAt: Date.now() - hour,
  EndsAt: Date.now() + 7 * hour,
};

const ofTenants = {
  accessMode: 'SessionTags',
  accessGrants: {
    privilege: 'Minimal',
    targetTemplate: 's3://data/tenants/{TenantID}/*',
    maxDurationSeconds: 3600,
  },
} as const;

/** Every lease is granted, of a bucket that was full. */
function advanced({ ExpressionAttributeValues: values }: Asked): object {
  const arrivalTime = Number(values?.[':now']?.N) + Number(values?.[':cost']?.N);
  return { Attributes: { TheoreticalArrivalTime: { N: String(arrivalTime) } } };
}
