// Queries of the logs, by name: files of a folder, which CloudWatch Logs Insights offers in a folder of its own.
import { readdirSync, readFileSync } from 'node:fs';
import { CfnQueryDefinition } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

/** Folders of the queries, one a log: the function's own, with the audit record, and the gateway's. */
const logs = ['function-log', 'access-log'] as const;
export type Log = (typeof logs)[number];

export interface Query {
  /** What the file is called; unique in both folders, and for one alarm alone that alarm's. */
  readonly name: string;
  readonly log: Log;
  /** As they stand in the file, one a line, without the pipes between them. */
  readonly commands: readonly string[];
}

/** All that there are in a folder, by log and by name. */
export function queriesIn(folder: URL): readonly Query[] {
  return logs.flatMap((log) =>
    readdirSync(new URL(`${log}/`, folder))
      .sort()
      .map((file) => ({
        name: file.replace(/\.txt$/, ''),
        log,
        commands: readFileSync(new URL(`${log}/${file}`, folder), 'utf8')
          .trimEnd()
          .split('\n| '),
      })),
  );
}

/** @throws Error for one that there is not */
export function queryNamed(queries: readonly Query[], name: string): Query {
  const found = queries.find((query) => query.name === name);
  if (!found) throw new Error(`there is no query ${name}`);
  return found;
}

export interface SavedQueriesProps {
  readonly queries: readonly Query[];
  /** `IAMSessionBroker/Production`: slashes make folders in the console. */
  readonly folderName: string;
  readonly logGroupNames: Readonly<Record<Log, string>>;
}

/** `<folder>/<name>` */
export class SavedQueries extends Construct {
  constructor(scope: Construct, id: string, { queries, folderName, logGroupNames }: SavedQueriesProps) {
    super(scope, id);
    for (const { name, log, commands } of queries) {
      // The construct of the second level puts queries together from parts, in an order of its own.
      new CfnQueryDefinition(this, name, {
        name: `${folderName}/${name}`,
        queryString: commands.join('\n| '),
        logGroupNames: [logGroupNames[log]],
      });
    }
  }
}
