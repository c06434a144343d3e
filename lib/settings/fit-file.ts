// Files that settings name: read from the project's root, bounded, and what is wrong with one that cannot be.
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

/** What is wrong with a file; the message goes on after its name. */
export class UnfitFile extends Error {}

/**
 * @param file from the project's root, where the CDK's CLI runs the application
 * @throws UnfitFile
 */
export function textOf(file: string, maxBytes: number): string {
  const path = resolve(file);
  const found = tried(path, () => statSync(path, { throwIfNoEntry: false }));
  if (!found) throw new UnfitFile(`must be a file, and there is none at ${path}`);
  if (!found.isFile()) throw new UnfitFile(`must be a file, and ${path} is none`);
  if (found.size > maxBytes)
    throw new UnfitFile(`must have at most ${maxBytes} bytes, and has ${found.size}`);
  return tried(path, () => readFileSync(path, 'utf8'));
}

function tried<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UnfitFile(
      `must be a file that can be read, and ${path} cannot (${(error as NodeJS.ErrnoException).code})`,
    );
  }
}
