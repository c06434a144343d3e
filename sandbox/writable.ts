// Whether a folder can be written to, asked before the work whose end would find out.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Makes the folder where there is none, and something in it, which it removes again.
 * @param remedy what to do where it cannot
 */
export async function requireWritable(directory: string, remedy: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
    await rm(await mkdtemp(join(directory, 'writable-')), { recursive: true });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new Error(`${directory} cannot be written to (${code}): ${remedy}`, { cause });
  }
}
