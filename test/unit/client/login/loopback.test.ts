// The listener of `isb login`: which answer it takes, and what it says to all others.
import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Loopback } from '../../../../client/login/loopback.ts';

const expected = { state: 'the-state', issuer: 'https://portal.example/' };
const good = { state: expected.state, iss: expected.issuer, code: 'the-code' };
let loopback: Loopback;

beforeEach(async () => {
  loopback = await Loopback.open();
});
afterEach(() => loopback.close());

const bring = (parameters: Record<string, string>) =>
  fetch(`${loopback.redirectUri}?${new URLSearchParams(parameters)}`);

/** The code of whatever is taken for the answer: its browser is told at once that it is done. */
async function awaited(): Promise<string | undefined> {
  const arrival = await loopback.answer(expected, 240_000);
  if (!arrival) throw new Error('nothing arrived');
  await arrival.tell('done');
  return arrival.code;
}

describe('the answer of the browser', () => {
  it('is at a literal address, on a port that nobody else has', async () => {
    const other = await Loopback.open();
    expect(loopback.redirectUri).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/answer$/);
    expect(other.redirectUri).not.toBe(loopback.redirectUri);
    other.close();
    const { port } = new URL(loopback.redirectUri);
    await expect(Loopback.open(Number(port))).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('has the code, and shows a page that holds nothing of it', async () => {
    const answer = awaited();
    const [page, code] = await Promise.all([bring(good), answer]);
    expect({ code, status: page.status }).toEqual({ code: 'the-code', status: 200 });
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(page.headers.get('cache-control')).toBe('no-store');
    const html = await page.text();
    expect(html).toContain('You are signed in on the command line');
    for (const value of Object.values(good)) expect(html).not.toContain(value);
  });

  it.each([
    ['another state', { ...good, state: 'another' }],
    ['no state', { code: good.code, iss: good.iss }],
    ['an empty state', { ...good, state: '' }],
  ])('with %s is nobody’s, and the right one is waited for', async (_, parameters) => {
    const answer = awaited();
    expect((await bring(parameters)).status).toBe(400);
    const [, code] = await Promise.all([bring(good), answer]);
    expect(code).toBe('the-code');
  });

  it('with a parameter twice is nobody’s', async () => {
    const answer = awaited();
    const twice = await fetch(`${loopback.redirectUri}?${new URLSearchParams(good)}&code=another`);
    expect(twice.status).toBe(400);
    await Promise.all([bring(good), answer]);
  });

  it.each([
    ['by another name', { headers: { host: 'rebound.example' } }],
    ['by localhost', { headers: { host: 'localhost' } }],
    ['with POST', { method: 'POST' }],
    ['at another path', { path: `/?${new URLSearchParams(good)}` }],
  ])('%s is nobody’s', async (_, options) => {
    const answer = awaited();
    const status = new Promise((told, fail) => {
      const url = `${loopback.redirectUri}?${new URLSearchParams(good)}`;
      request(url, options, (response) => told(response.resume().statusCode))
        .on('error', fail)
        .end();
    });
    expect(await status).toBe(400);
    await Promise.all([bring(good), answer]);
  });

  it.each([
    ['of another portal', { ...good, iss: 'https://evil.example/' }],
    ['of no portal', { state: good.state, code: good.code }],
    ['without a code', { state: good.state, iss: good.iss }],
    ['with a code that is none', { ...good, code: 'a b' }],
  ])('%s ends the wait without a code', async (_, parameters) => {
    const answer = awaited();
    const [, code] = await Promise.all([bring(parameters), answer]);
    expect(code).toBeUndefined();
  });

  it('counts once', async () => {
    const answer = awaited();
    await Promise.all([bring(good), answer]);
    expect((await bring({ ...good, code: 'another' })).status).toBe(400);
  });

  it('is not waited for beyond the bound', async () => {
    expect(await loopback.answer(expected, 0)).toBeUndefined();
    expect((await bring(good)).status).toBe(400);
  });

  it('is nowhere once the listener is closed', async () => {
    loopback.close();
    await expect(bring(good)).rejects.toThrow();
  });
});
