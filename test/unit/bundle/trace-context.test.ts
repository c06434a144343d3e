// The trace's context: each request finds its own segment.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { createNamespace, destroyNamespace, getNamespace } from '../../../service/bundle/trace-context.ts';

const name = 'test';
let namespace: ReturnType<typeof createNamespace>;
beforeEach(() => {
  namespace = createNamespace(name);
});

describe('a namespace', () => {
  it('is found by its name until it is destroyed', () => {
    expect(getNamespace(name)).toBe(namespace);
    destroyNamespace(name);
    expect(getNamespace(name)).toBeUndefined();
  });

  it('has what was set at initialization for every request', () => {
    namespace.enter(namespace.createContext());
    namespace.set('segment', 'facade');
    namespace.run(() => expect(namespace.get('segment')).toBe('facade'));
    expect(namespace.createContext()).toEqual({});
  });

  it('keeps requests that overlap apart, and what one sets from what comes after it', async () => {
    namespace.set('segment', 'facade');
    const request = (own: string) =>
      namespace.runAndReturn(async () => {
        namespace.set('segment', own);
        await nextTurn();
        return namespace.get('segment');
      });
    expect(await Promise.all(['a', 'b', 'c'].map(request))).toEqual(['a', 'b', 'c']);
    expect(namespace.get('segment')).toBe('facade');
  });

  it('loses nothing of a request when one that came before it ends', async () => {
    const ends: (() => void)[] = [];
    const request = (own: string) =>
      namespace.runAndReturn(async () => {
        namespace.set('segment', own);
        await new Promise<void>((end) => ends.push(end));
        return namespace.get('segment');
      });
    const [first, second] = [request('first'), request('second')];
    ends[0]?.();
    expect(await first).toBe('first');
    const third = request('third');
    for (const end of ends) end();
    expect(await Promise.all([second, third])).toEqual(['second', 'third']);
    expect(namespace.get('segment')).toBeUndefined();
  });

  it('gives a bound function the context that it was bound in', () => {
    let bound = () => namespace.get('segment');
    namespace.run(() => {
      namespace.set('segment', 'own');
      bound = namespace.bind(bound);
    });
    expect(namespace.get('segment')).toBeUndefined();
    expect(bound()).toBe('own');
  });
});
