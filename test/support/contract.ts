// The contract: what docs/openapi.json says of an answer, held against the answers of the running API.
import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

type Json = Record<string, unknown>;

/** As published. */
export const openApi = JSON.parse(
  readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8'),
) as {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly operationId: string; readonly responses: Json }>>>
  >;
  readonly components: Readonly<Record<'schemas' | 'responses', Readonly<Record<string, Json>>>>;
};

const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const ajv = new Ajv2020({ strict: false, allErrors: true, formats: { 'date-time': timestamp } });
ajv.addSchema(closed(openApi) as Json, 'api');
const validators = new Map<string, ValidateFunction>();

/**
 * What is wrong with an answer by the document; empty where nothing is. The document lets clients meet further fields:
 * here every field must be in it, or one that is renamed would only be missed where it is required.
 * @param route `POST /applications`
 */
export function findContractProblems(route: string, statusCode: number, body: unknown): string[] {
  const [method = '', path = ''] = route.toLowerCase().split(' ');
  const { responses } = openApi.paths[path]?.[method] ?? {};
  if (!responses) return [`${route} is not in docs/openapi.json`];
  if (!Object.hasOwn(responses, String(statusCode))) return [`${route} has no answer ${statusCode}`];
  const { $ref } = responses[statusCode] as { $ref?: string };
  const response = $ref?.slice(1) ?? pointer('paths', path, method, 'responses', String(statusCode));
  return problemsOf(`${response}${pointer('content', 'application/json', 'schema')}`, body);
}

/** What is wrong with a document by one of the schemas. */
export function findSchemaProblems(name: string, document: unknown): string[] {
  return problemsOf(pointer('components', 'schemas', name), document);
}

function problemsOf(at: string, document: unknown): string[] {
  const validate = validators.get(at) ?? ajv.compile({ $ref: `api#${at}` });
  validators.set(at, validate);
  if (validate(document)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath || '/'} ${message} ${JSON.stringify(params)}`,
  );
}

function pointer(...names: readonly string[]): string {
  return names
    .map((name) => `/${encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'))}`)
    .join('');
}

/** The same, where no object has another field than those that are named. */
function closed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(closed);
  if (typeof node !== 'object' || node === null) return node;
  const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, closed(value)]));
  return copy['type'] === 'object' && copy['properties'] && !('additionalProperties' in copy)
    ? { ...copy, additionalProperties: false }
    : copy;
}
