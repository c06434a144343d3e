// A department's rows of the table, and whether they are as the ten grants say.
import { type Ask, type Denied, isGrantedAnswer } from './answer.ts';
import { type Department, isGranted, permissions, prefixes, targetOf } from './shopfast.ts';

interface Asked {
  /** Each with a cell for every permission: `✓`, or the code of the denial. */
  readonly rows: readonly (readonly string[])[];
  /** In its words, but for what was asked for. */
  readonly denials: readonly Denied[];
}

/**
 * Asks for every prefix by every permission.
 * @param isTheirs whether a grant is given to whom it should be
 * @returns the table, and the denials below it
 * @throws Error for a cell that is otherwise than the grants say
 */
export async function askForAll(
  department: Department,
  ask: Ask,
  isTheirs: (grantee: string) => boolean,
): Promise<string> {
  const rows: string[][] = [['', ...permissions]];
  const denials: Denied[] = [];
  for (const place of prefixes) {
    const row = [`${place.prefix}*`];
    const target = targetOf(place);
    for (const permission of permissions) {
      const answer = await ask(target, permission);
      const wanted = isGranted(department, place, permission);
      const cell = `${permission} on ${target} for ${department}`;
      if (isGrantedAnswer(answer)) {
        if (!wanted) throw new Error(`${cell} should be denied, and was granted to ${answer.grantee}`);
        if (answer.matched !== target || !isTheirs(answer.grantee))
          throw new Error(`${cell} was granted as ${answer.matched} to ${answer.grantee}`);
        row.push('✓');
      } else {
        const { code, message } = answer;
        if (wanted) throw new Error(`${cell} should be granted: ${code}: ${message}`);
        denials.push({ code, message: message.replaceAll(target, '…').replaceAll(permission, '…') });
        row.push(code);
      }
    }
    rows.push(row);
  }
  return told({ rows, denials });
}

function told({ rows, denials }: Asked): string {
  const widths = [0, 1, 2, 3].map((at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const counts = new Map<string, number>();
  for (const { code, message } of denials) {
    const words = `${code}: ${message}`;
    counts.set(words, (counts.get(words) ?? 0) + 1);
  }
  return [...lines, ...[...counts].map(([words, count]) => `${count} × ${words}`)].join('\n');
}
