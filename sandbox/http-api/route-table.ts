// The routes of an HTTP API, and which of them a request takes.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
import type { LambdaFunction } from '../lambda/lambda-function.ts';

export interface Integration {
  readonly lambdaFunction: LambdaFunction;
  /** The version or alias that is invoked. */
  readonly qualifier: string;
  readonly timeoutMs: number;
}

export interface Route {
  /** `GET /credentials`, `ANY /{proxy+}` or `$default` */
  readonly routeKey: string;
  readonly authorizationType: 'AWS_IAM' | 'NONE';
  readonly integration: Integration;
}

export interface RouteMatch {
  readonly route: Route;
  /** What the variables of its path stand for; absent where it has none. */
  readonly pathParameters?: Readonly<Record<string, string>>;
}

interface Pattern {
  readonly route: Route;
  /** `undefined` for `ANY`, and for the `$default` route. */
  readonly method: string | undefined;
  /** `undefined` for the `$default` route, which takes any path. */
  readonly segments: readonly string[] | undefined;
}

const variable = /^\{([\w.:-]+)\}$/;
const greedyVariable = /^\{([\w.:-]+)\+\}$/;

export class RouteTable {
  readonly #patterns = new Map<string, Pattern>();

  has(routeKey: string): boolean {
    return this.#patterns.has(routeKey);
  }

  /** @throws Error for a key that it has already, and for a path whose variables are malformed or lead to one of its routes */
  add(route: Route): void {
    const { routeKey } = route;
    if (this.has(routeKey)) throw new Error(`Route with key ${routeKey} already exists for this API`);
    const pattern = patternOf(route);
    const same = [...this.#patterns.values()].find((other) => shapeOf(other) === shapeOf(pattern));
    if (same) throw new Error(`Route with key ${routeKey} takes what ${same.route.routeKey} takes`);
    this.#patterns.set(routeKey, pattern);
  }

  /**
   * The route that is most specific: one that matches in full before one with a greedy variable, and this before `$default`;
   * among them literal parts before variables, from the left, and then a method before `ANY`.
   * @param path decoded
   */
  matching(method: string, path: string): RouteMatch | undefined {
    const segments = path.split('/').slice(1);
    const [best] = [...this.#patterns.values()]
      .filter((pattern) => takes(pattern, method, segments))
      .sort((one, other) => (rankOf(one) < rankOf(other) ? -1 : 1));
    if (!best) return undefined;
    const parameters = parametersOf(best, segments);
    return {
      route: best.route,
      ...(Object.keys(parameters).length > 0 && { pathParameters: parameters }),
    };
  }
}

function patternOf(route: Route): Pattern {
  const [method = '', path] = route.routeKey.split(' ');
  if (path === undefined) return { route, method: undefined, segments: undefined };
  const segments = path.split('/').slice(1);
  const malformed = segments.find(
    (segment, at) =>
      /[{}]/.test(segment) &&
      !variable.test(segment) &&
      !(greedyVariable.test(segment) && at === segments.length - 1),
  );
  if (malformed !== undefined) {
    throw new Error(`${route.routeKey}: ${malformed} must be {name}, or {name+} at the end of the path`);
  }
  return { route, method: method === 'ANY' ? undefined : method, segments };
}

function isGreedy({ segments }: Pattern): boolean {
  return greedyVariable.test(segments?.at(-1) ?? '');
}

function takes(pattern: Pattern, method: string, path: readonly string[]): boolean {
  const { method: own, segments } = pattern;
  if (own !== undefined && own !== method) return false;
  if (!segments) return true;
  const fixed = isGreedy(pattern) ? segments.slice(0, -1) : segments;
  const rest = path.slice(fixed.length);
  // A greedy variable stands for something: `/{proxy+}` is not the root.
  const isLongEnough = isGreedy(pattern) ? rest.join('/') !== '' : rest.length === 0;
  return (
    isLongEnough &&
    path.length >= fixed.length &&
    fixed.every((segment, at) => (variable.test(segment) ? path[at] !== '' : segment === path[at]))
  );
}

/** Sorts the most specific first. */
function rankOf(pattern: Pattern): string {
  const { method, segments } = pattern;
  const kind = !segments ? '2' : isGreedy(pattern) ? '1' : '0';
  // A digit a part: a literal one sorts before a variable, and both before a greedy one or none.
  const parts = (segments ?? []).map((segment) =>
    greedyVariable.test(segment) ? '2' : variable.test(segment) ? '1' : '0',
  );
  return `${kind}${parts.join('')}${method === undefined ? '1' : '0'}`;
}

/** The route's key with its variables unnamed: two routes of one shape could not be told apart. */
function shapeOf({ route, segments }: Pattern): string {
  if (!segments) return route.routeKey;
  const unnamed = segments.map((segment) =>
    greedyVariable.test(segment) ? '{+}' : variable.test(segment) ? '{}' : segment,
  );
  return `${route.routeKey.split(' ')[0]} /${unnamed.join('/')}`;
}

function parametersOf({ segments = [] }: Pattern, path: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    segments.flatMap((segment, at) => {
      const greedy = greedyVariable.exec(segment)?.[1];
      if (greedy !== undefined) return [[greedy, path.slice(at).join('/')]];
      const name = variable.exec(segment)?.[1];
      return name === undefined ? [] : [[name, path[at] ?? '']];
    }),
  );
}
