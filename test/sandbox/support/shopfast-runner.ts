// Runs ShopFast's cells: asks for each of a department's, and tries what the credentials then do with objects of every prefix.
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import {
  type Department,
  type Kind,
  type ObjectOperation,
  operations,
  type Permission,
  permissions,
  type ShopFastCells,
} from '../../conformance/shopfast-cells.ts';

export interface Vended {
  /** `s3://shopfast-data/users*` */
  readonly matched: string;
  /** `IAM arn:…`, `DIRECTORY_USER …` or `DIRECTORY_GROUP …` */
  readonly grantee: string;
  /** With the credentials; destroyed by the runner. */
  readonly s3: S3Client;
}

/** Asks as a department; rejects where it is denied. */
export type Ask = (
  department: Department,
  kind: Kind,
  target: string,
  permission: Permission,
) => Promise<Vended>;

export interface ShopFastRun {
  readonly cells: ShopFastCells;
  readonly ask: Ask;
  /** What is vended: the grant's scope, or no more than was asked for. */
  readonly privilege: 'Default' | 'Minimal';
  /** Whose grant it is that decides, as `Vended.grantee` has it. */
  granteeOf(department: Department, kind: Kind): string;
  /** Whether it was denied as it should be; any other error is told as it is. */
  isDenial(error: unknown, target: string, permission: Permission): boolean;
}

const attempts: Readonly<Record<ObjectOperation, (s3: S3Client, place: Place) => Promise<unknown>>> = {
  list: (s3, { Bucket, folder }) => s3.send(new ListObjectsV2Command({ Bucket, Prefix: `${folder}/` })),
  read: (s3, { Bucket, folder }) => s3.send(new GetObjectCommand({ Bucket, Key: `${folder}/object` })),
  write: (s3, { Bucket, folder }) =>
    s3.send(new PutObjectCommand({ Bucket, Key: `${folder}/written`, Body: 'written' })),
  delete: (s3, { Bucket, folder }) => s3.send(new DeleteObjectCommand({ Bucket, Key: `${folder}/written` })),
};

interface Place {
  readonly Bucket: string;
  readonly folder: string;
}

/** Asks for every cell of a department, and compares all that was seen with all that the file says. */
export async function runCells(run: ShopFastRun, department: Department, kind: Kind): Promise<void> {
  const { cells, privilege } = run;
  const seen = new Map<string, unknown>();
  const said = new Map<string, unknown>();
  for (const [prefix, row] of Object.entries(cells.cells[department])) {
    for (const permission of permissions) {
      const cell = `${prefix} ${permission}`;
      const outcome = row[permission][kind];
      const target = `s3://${prefix}*`;
      const scope = privilege === 'Default' ? `s3://${prefix.replace(/[^/]+$/, outcome ?? '')}` : target;
      const grantee = run.granteeOf(department, kind);
      said.set(cell, outcome === 'denied' ? 'denied' : { matched: scope, grantee });
      seen.set(cell, await outcomeOf(run, department, kind, target, permission));
    }
  }
  expect(Object.fromEntries(seen)).toEqual(Object.fromEntries(said));
}

async function outcomeOf(
  { ask, isDenial }: ShopFastRun,
  department: Department,
  kind: Kind,
  target: string,
  permission: Permission,
): Promise<unknown> {
  try {
    const { matched, grantee, s3 } = await ask(department, kind, target, permission);
    s3.destroy();
    return { matched, grantee };
  } catch (error) {
    return isDenial(error, target, permission) ? 'denied' : `${error}`;
  }
}

/** Of each cell that is granted, tries everything with objects of every prefix, granted or not. */
export async function runObjects(run: ShopFastRun, department: Department, kind: Kind): Promise<void> {
  const prefixes = Object.entries(run.cells.cells[department]);
  for (const [prefix, row] of prefixes) {
    for (const permission of permissions) {
      if (row[permission][kind] === 'denied') continue;
      const { matched, s3 } = await run.ask(department, kind, `s3://${prefix}*`, permission);
      const reached: string[] = [];
      const expected: string[] = [];
      for (const [place] of prefixes) {
        const isWithin = `s3://${place}/`.startsWith(matched.slice(0, -1));
        for (const operation of operations) {
          const name = `${operation} ${place}`;
          if (isWithin && run.cells.may[permission].includes(operation)) expected.push(name);
          if (await isDone(s3, operation, place)) reached.push(name);
        }
      }
      s3.destroy();
      expect({ prefix, permission, reached }).toEqual({ prefix, permission, reached: expected });
    }
  }
}

async function isDone(s3: S3Client, operation: ObjectOperation, prefix: string): Promise<boolean> {
  const [Bucket = '', folder = ''] = prefix.split('/');
  try {
    await attempts[operation](s3, { Bucket, folder });
    return true;
  } catch (error) {
    if ((error as Error).name === 'AccessDenied') return false;
    throw error;
  }
}
