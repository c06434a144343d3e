// What the browser shows once it has brought the answer: a page without script, and nothing of the answer in it.

export type Outcome = 'done' | 'failed';

const pages = {
  done: [200, 'You are signed in on the command line', 'Close this window, and go on in the terminal.'],
  failed: [400, 'That did not work', 'The terminal says why. Close this window.'],
  'not awaited': [400, 'Nobody waits for this', 'Run isb login again, and go by the address that it prints.'],
} as const;

const headers = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
  'cache-control': 'no-store',
  // The address has the code.
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  connection: 'close',
} as const;

export function answerPage(outcome: keyof typeof pages) {
  const [statusCode, title, text] = pages[outcome];
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title></head>
<body><h1>${title}</h1><p>${text}</p></body></html>
`;
  return { statusCode, headers, html };
}
