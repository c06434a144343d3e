// docs/errors.md, rendered from the table of errors.
import { errorTable } from '../service/error-table.ts';

/** The page as Markdown. */
export function renderErrorsPage(): string {
  const rows = Object.entries(errorTable).map(
    ([code, { statusCode, meaning, remedy }]) => `| ${statusCode} | \`${code}\` | ${meaning} | ${remedy} |`,
  );
  return `# Errors

<!-- Generated from service/error-table.ts by \`npm run docs\`; a test keeps the two the same. -->

Every refusal has one shape, and \`Cache-Control: no-store\`:

\`\`\`json
{ "code": "ApplicationNotFound", "message": "the application AppService is not registered", "requestId": "…" }
\`\`\`

Switch on \`code\`; \`message\` is for people and may change. A 4xx is a denial: the same request is denied
again until something is mended. A 503 is a dependency that failed: \`Retry-After\` says when to ask again.
Before the broker sees a request, API Gateway may answer in its own shape, \`{"message": "…"}\`: 403 for a
missing or wrong signature or a missing \`execute-api:Invoke\` permission, 404 for an unknown route, 429 for
the throttle of the route, which all applications share, 5xx when the function cannot be invoked.

| Status | Code | When | What to do |
|---|---|---|---|
${rows.join('\n')}
`;
}
