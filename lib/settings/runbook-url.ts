// Where the runbook can be read: a URL that alarms link to, an entry at a time.
import { parsedUrl } from './parsed-url.ts';

/** An alarm's description has 1,024 characters: this leaves more than half of them to what is the matter. */
const LONGEST = 500;

/** What is wrong with it, or `undefined`: as a sentence that begins with "must". */
export function runbookUrlProblem(text: string): string | undefined {
  const url = parsedUrl(text);
  if (url?.protocol !== 'https:') return 'must be an https URL';
  if (url.username !== '' || url.password !== '') return 'must have no user name and no password in it';
  if (text.includes('#')) return 'must have no # in it: the anchor of each alarm’s entry is put there';
  // It stands in plain text and in Markdown, where another spelling may end too soon.
  if (url.href !== text && url.href !== `${text}/`) return 'must be written as a browser shows it';
  return text.length > LONGEST
    ? `must have at most ${LONGEST} characters, and has ${text.length}`
    : undefined;
}
