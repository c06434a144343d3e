// URLs in texts: however often one is asked for, and with letters beyond ASCII.
import { expect, it } from 'vitest';
import { parsedUrl } from '../../service/parsed-url.ts';

it('is found in a text with letters beyond ASCII, once the function has been optimized too', () => {
  const found = Array.from({ length: 50_000 }, () => parsedUrl('https://bücher.example/keys')?.hostname);
  expect(new Set(found)).toEqual(new Set(['xn--bcher-kva.example']));
});

it('is none in a text that is no absolute URL, unless there is a base', () => {
  expect(parsedUrl('/keys')).toBeUndefined();
  expect(parsedUrl('/keys', 'https://example.com/')?.href).toBe('https://example.com/keys');
});
