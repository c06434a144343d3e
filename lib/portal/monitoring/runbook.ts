// Where the portal's entries of the runbook can be read: a page of its own beside the broker's.
const OWN_PAGE = 'portal-runbook.md';

/**
 * The page beside `runbook.md`, where that is what the settings name; otherwise the page itself, which has both.
 *
 * @param runbookUrl as the settings have it
 */
export function portalRunbookOf(runbookUrl: string | undefined): string {
  if (runbookUrl === undefined) return `docs/${OWN_PAGE}`;
  return runbookUrl.replace(/(?<=\/)runbook\.md(?=\?|$)/, OWN_PAGE);
}
