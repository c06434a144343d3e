// The federation endpoint: what is sent to it, and what becomes of its answers.
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { consoleUrl } from '../../../service/console/federation.ts';
import { consolePartition } from '../../../service/console/partition.ts';

const SECRET = 'canary-secret';
const page = {
  session: { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: SECRET, sessionToken: 'canary-token' },
  partition: consolePartition('aws'),
  region: 'eu-west-1',
  destination: 'https://console.aws.amazon.com/s3/?a=b&c=d',
  issuer: 'https://portal.example/aws/',
};

/** What was sent, and the URL that came of it. */
async function ask(answer: () => Response | Promise<Response>) {
  const sent: { url: string; init: RequestInit }[] = [];
  const fetch = async (url: unknown, init: RequestInit = {}) => {
    sent.push({ url: String(url), init });
    return answer();
  };
  const url = await consoleUrl(page, { timeoutMs: 60_000, fetch: fetch as typeof globalThis.fetch });
  return { url: new URL(url), sent };
}

const token = () => Response.json({ SigninToken: 'tok+en/=' });

describe('the sign-in URL', () => {
  it('is of the regional endpoint, and has the token, the destination and the way back', async () => {
    const { url } = await ask(token);
    expect(`${url.origin}${url.pathname}`).toBe('https://eu-west-1.signin.aws.amazon.com/federation');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      Action: 'login',
      Issuer: page.issuer,
      Destination: page.destination,
      SigninToken: 'tok+en/=',
    });
  });

  it('is asked for in the body of a POST that follows no redirect, without a duration', async () => {
    const { sent } = await ask(token);
    expect(sent).toHaveLength(1);
    const { url, init } = sent[0] as (typeof sent)[0];
    expect(url).toBe('https://eu-west-1.signin.aws.amazon.com/federation');
    expect(init).toMatchObject({ method: 'POST', redirect: 'error' });
    const body = new URLSearchParams(String(init.body));
    expect([...body.keys()]).toEqual(['Action', 'Session']);
    expect(JSON.parse(body.get('Session') ?? '')).toEqual({
      sessionId: 'ASIAEXAMPLE',
      sessionKey: SECRET,
      sessionToken: 'canary-token',
    });
  });
});

describe('a refusal of the endpoint', () => {
  it.each<[string, () => Response | Promise<Response>]>([
    ['400 with a page that quotes the session', () => new Response(`<p>${SECRET}`, { status: 400 })],
    ['200 with HTML', () => new Response(`<p>${SECRET}`, { headers: { 'content-type': 'text/html' } })],
    ['JSON without a token', () => Response.json({ error: SECRET })],
    ['a token that is no string', () => Response.json({ SigninToken: [SECRET] })],
    ['an empty token', () => Response.json({ SigninToken: '' })],
    ['null', () => Response.json(null)],
    ['an endless token', () => Response.json({ SigninToken: SECRET.repeat(2_000) })],
    ['no answer', () => Promise.reject(new TypeError(`fetch failed: ${SECRET}`))],
  ])('is ConsoleUnavailable, and tells nothing of the session: %s', async (_, answer) => {
    const error = await ask(answer).catch((refusal: unknown) => refusal);
    expect(error).toMatchObject({ code: 'ConsoleUnavailable', statusCode: 503 });
    expect(inspect(error)).not.toContain('canary');
  });
});
