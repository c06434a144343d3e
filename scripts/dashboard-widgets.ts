// The dashboard as the stack synthesizes it: its widgets, with what a person reads on each.
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ServiceStack } from '../lib/broker/service-stack.ts';
import { readSettings } from '../lib/settings/context.ts';

export interface Widget {
  readonly kind: 'alarms' | 'graph' | 'log' | 'text';
  readonly title: string;
  /** On a grid of 24 columns. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Names of alarms, labels of lines, columns of a table, or the text, without its marks. */
  readonly entries: readonly string[];
}

interface Body {
  readonly widgets: readonly {
    readonly type: 'alarm' | 'metric' | 'log' | 'text';
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
    readonly properties: {
      readonly title?: string;
      readonly markdown?: string;
      readonly query?: string;
      /** Each ends in its options; an expression has nothing else. */
      readonly metrics?: readonly (readonly (string | LineOptions)[])[];
      readonly alarms?: readonly string[];
    };
  }[];
}

interface LineOptions {
  readonly label?: string;
  readonly visible?: boolean;
}

type Resource = { readonly Properties: Record<string, unknown> };

/** With a runbook, so that there is everything that there can be. */
export function dashboardWidgets(): Widget[] {
  const template = synthesize();
  const [dashboard] = Object.values(resourcesOf(template, 'AWS::CloudWatch::Dashboard'));
  const body = JSON.parse(textOf(dashboard?.Properties['DashboardBody'])) as Body;
  const alarms = new Map(
    ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'].flatMap((type) =>
      Object.entries(resourcesOf(template, type)).map(([id, { Properties }]): [string, string] => [
        id,
        String(Properties['AlarmName']).replace(/^.*-/, ''),
      ]),
    ),
  );
  return body.widgets.map(({ type, properties, ...place }) => {
    const title = properties.title ?? '';
    switch (type) {
      case 'alarm':
        return {
          kind: 'alarms',
          title,
          ...place,
          entries: (properties.alarms ?? []).map((id) => nameIn(alarms, id)),
        };
      case 'metric':
        return { kind: 'graph', title, ...place, entries: (properties.metrics ?? []).flatMap(labelOf) };
      case 'log':
        return { kind: 'log', title, ...place, entries: columnsOf(properties.query ?? '') };
      case 'text':
        return { kind: 'text', title, ...place, entries: [plain(properties.markdown ?? '')] };
      default:
        throw new Error(`no picture of a widget of type ${type satisfies never}`);
    }
  });
}

function synthesize(): Template {
  const environments = { production: { runbookUrl: 'https://example.com/runbook' } };
  const app = new App({ context: { environments, 'aws:cdk:bundling-stacks': [] } });
  const [settings] = readSettings(app.node);
  if (!settings) throw new Error('no settings');
  return Template.fromStack(new ServiceStack(app, 'IAMSessionBroker-Service-Production', settings));
}

function resourcesOf(template: Template, type: string): Record<string, Resource> {
  return template.findResources(type) as Record<string, Resource>;
}

/** A resource's reference, and an attribute, become its logical id. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const {
    'Fn::Join': join,
    'Fn::GetAtt': attribute,
    Ref,
  } = value as {
    'Fn::Join'?: [string, unknown[]];
    'Fn::GetAtt'?: [string, string];
    Ref?: string;
  };
  return join ? join[1].map(textOf).join(join[0]) : (attribute?.[0] ?? Ref ?? '');
}

function nameIn(alarms: ReadonlyMap<string, string>, id: string): string {
  const name = alarms.get(id);
  if (name === undefined) throw new Error(`the dashboard shows an alarm that there is not: ${id}`);
  return name;
}

/** Lines that others are reckoned from are not shown. */
function labelOf(line: readonly (string | LineOptions)[]): string[] {
  const options = line.find((part) => typeof part === 'object') ?? {};
  if (options.visible === false) return [];
  const [, metricName] = line;
  return [options.label ?? String(metricName)];
}

function columnsOf(query: string): string[] {
  const [, fields = '@timestamp, @message'] = /(?:^|\| )fields (.*)/.exec(query) ?? [];
  return fields.split(', ');
}

function plain(markdown: string): string {
  return markdown.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('*', '');
}
