// The parser of registrations: loaded once, and once more where that failed.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { loadRegistrationParser } from '../../../service/registrations/parser.ts';
import { parseRegistration } from '../../../service/registrations/registration.ts';

const MODULE = '../../../service/registrations/registration.ts';

afterEach(() => {
  vi.doUnmock(MODULE);
  vi.resetModules();
});

describe('the parser of registrations', () => {
  it('is loaded once, however many ask', async () => {
    const asked = [loadRegistrationParser(), loadRegistrationParser()];
    expect(asked[0]).toBe(asked[1]);
    expect(await asked[0]).toBe(parseRegistration);
    expect(loadRegistrationParser()).toBe(asked[0]);
  });

  it('is loaded once more where it could not be read', async () => {
    vi.resetModules();
    let isReadable = false;
    const parse = vi.fn();
    vi.doMock(MODULE, () => {
      if (!isReadable) throw new Error('ENOENT');
      return { parseRegistration: parse };
    });
    const { loadRegistrationParser: load } = await import('../../../service/registrations/parser.ts');
    await expect(load()).rejects.toThrow();
    isReadable = true;
    expect(await load()).toBe(parse);
  });
});
