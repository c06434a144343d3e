// The demo: its story passes on the sandbox, and fails at the right step, with the reason, on a wrong one.
import { describe, expect, inject, it } from 'vitest';
import type { PolicyDocument } from '../../demo/application.ts';
import { createNarrator } from '../../demo/narrator.ts';
import { playStory, type StoryOptions } from '../../demo/story.ts';
import { sandboxTarget } from '../../demo/target.ts';
import type { Template } from '../../sandbox/template.ts';

interface Played {
  readonly passed: boolean;
  readonly lines: string[];
}

async function play(
  amendTemplate?: (stackName: string, template: Template) => void,
  options?: StoryOptions,
): Promise<Played> {
  const assemblyDirectory = inject('assemblyDirectory');
  const target = await sandboxTarget({ assemblyDirectory, ...(amendTemplate && { amendTemplate }) });
  const lines: string[] = [];
  const narrator = createNarrator(
    { write: (text) => lines.push(...String(text).trimEnd().split('\n')) > 0 },
    { noColor: true },
  );
  try {
    await playStory(target, narrator, options);
    return { passed: true, lines };
  } catch {
    return { passed: false, lines };
  } finally {
    await target.stop();
  }
}

/** The step that failed, and what was said of it. */
function failureOf({ lines }: Played): string {
  return lines.slice(lines.findIndex((line) => line.startsWith('✗'))).join('\n');
}

const resourcesOf = (template: Template, type: string) =>
  Object.values(template.Resources).filter((resource) => resource.Type === type);

describe('the demo', () => {
  it('comes out right, step by step', async () => {
    const { passed, lines } = await play();
    expect(lines.filter((line) => line.startsWith('✗'))).toEqual([]);
    expect(passed).toBe(true);
    expect(lines.filter((line) => line.startsWith('✓'))).toHaveLength(15);
  });

  it('fails at the credentials when the trust policy lacks sts:TagSession, and says so', async () => {
    const amendTrustPolicy = (policy: PolicyDocument): PolicyDocument => ({
      ...policy,
      Statement: policy.Statement.map((statement) => ({ ...statement, Action: 'sts:AssumeRole' })),
    });
    const played = await play(undefined, { amendTrustPolicy });
    expect(played.passed).toBe(false);
    expect(failureOf(played)).toMatch(/✗ .*Get credentials for the user of Yellow/);
    expect(failureOf(played)).toContain('AccessRoleNotAssumable');
    expect(failureOf(played)).toMatch(/sts AssumeRole: AccessDenied .*sts:TagSession/);
  });

  it('fails at the registration when the function’s role lacks its grant on the table, and says so', async () => {
    const played = await play((_, template) => {
      for (const { Properties } of resourcesOf(template, 'AWS::IAM::Policy')) {
        const { PolicyDocument } = Properties as {
          PolicyDocument: { Statement: { Action: string | string[] }[] };
        };
        PolicyDocument.Statement = PolicyDocument.Statement.filter(
          ({ Action }) => ![Action].flat().some((action) => action.startsWith('dynamodb:')),
        );
      }
    });
    expect(played.passed).toBe(false);
    expect(failureOf(played)).toMatch(/✗ .*Register the application/);
    expect(failureOf(played)).toContain('AccessMetadataUnavailable');
    expect(failureOf(played)).toMatch(
      /dynamodb GetItem: AccessDenied.* not authorized to perform: dynamodb:GetItem/,
    );
  });

  it('fails at the registration when API Gateway may not invoke the alias, and says so', async () => {
    const played = await play((_, template) => {
      for (const [id, resource] of Object.entries(template.Resources)) {
        if (resource.Type === 'AWS::Lambda::Permission') delete template.Resources[id];
      }
    });
    expect(played.passed).toBe(false);
    expect(failureOf(played)).toMatch(/✗ .*Register the application/);
    expect(failureOf(played)).toMatch(
      /lambda Invoke: AccessDenied.*not authorized to perform: lambda:InvokeFunction/,
    );
  });
});
