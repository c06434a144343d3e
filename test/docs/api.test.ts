// docs/api.md, docs/registration.md and docs/data-access.md: their examples are registrations, and every field of one is described.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BrokerError } from '../../service/errors.ts';
import { parseRegistration } from '../../service/registrations/registration.ts';
import { renderRegistration } from '../../service/registrations/registration-document.ts';
import { issuerFields } from '../../service/registrations/trusted-issuer.ts';
import { sessionNameOf } from '../../service/sessions/session-name.ts';
import { readProviderFiles } from '../conformance/identity-provider.ts';
import { useBroker } from '../support/broker-fixture.ts';
import { eventOf } from '../support/events.ts';

const broker = useBroker();

const pages = ['docs/api.md', 'docs/registration.md', 'docs/data-access.md'];
const examples = pages.flatMap((page) =>
  [...readFileSync(page, 'utf8').matchAll(/```json\n([\s\S]*?)```/g)]
    .map(([, block]) => block as string)
    .filter((block) => block.includes('"SessionTagKey"'))
    .map((block) => JSON.parse(block))
    .map((document) => ({ page, document })),
);
const rows = rowsOf('A registration');

describe('docs/api.md', () => {
  it.each(examples)('$page: an example is a registration', ({ document }) => {
    expect(parseRegistration(document).sessionTagKey).toBe(document.SessionTagKey);
  });

  it('has examples of one issuer, and of several', () => {
    expect(examples.map(({ document }) => 'Issuers' in document)).toEqual(
      expect.arrayContaining([true, false]),
    );
  });

  it('has a row for every field of an issuer, and for every field that an example or a provider needs', () => {
    const registrations = readProviderFiles().flatMap(({ cases }) =>
      cases.map(({ registration }) => registration),
    );
    const used = [...examples.map(({ document }) => document), ...registrations].flatMap((document) =>
      Object.keys(renderRegistration(parseRegistration(document))),
    );
    expect(rows).toEqual(expect.arrayContaining([...new Set(used), ...Object.keys(issuerFields)]));
    expect(rows).toContain('Issuers[].SessionTagValue');
  });

  it('has no row for a field that a registration does not have', () => {
    const registrars = ['ApplicationName', 'ApplicationRoleId'];
    const own = rows.filter((name) => !name.includes('[') && !registrars.includes(name));
    expect(own.length).toBeGreaterThan(15);
    expect(own.filter((name) => problemsOf({ [name]: {} }).includes(`${name}: not a field`))).toEqual([]);
  });
});

it('docs/api.md has a row for every field of the answer that has credentials', async () => {
  await broker.register();
  const { body } = await broker.ask(
    eventOf('POST /credentials', { body: { JWT: await broker.tokenFor('Yellow') } }),
  );
  expect(rowsOf('Credentials')).toEqual(Object.keys(body));
});

describe('docs/registration.md', () => {
  it('spells a claim as a session’s name as the broker does', () => {
    const [, claim, name] =
      /`(auth0\|\w+)` becomes `([^`]+)`/.exec(
        readFileSync('docs/registration.md', 'utf8').replaceAll('\n', ' '),
      ) ?? [];
    expect(sessionNameOf(claim as string)).toBe(name);
  });
});

function problemsOf(document: unknown): string {
  try {
    parseRegistration(document);
    return '';
  } catch (error) {
    if (error instanceof BrokerError) return error.message;
    throw error;
  }
}

/** What the first column of a section's table names. */
function rowsOf(heading: string): string[] {
  const section = readFileSync('docs/api.md', 'utf8').split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return [...section.matchAll(/^\| (`[\w[\].`, ]+`) \|/gm)].flatMap(([, names]) =>
    [...(names as string).matchAll(/`([^`]+)`/g)].map(([, name]) => name as string),
  );
}
