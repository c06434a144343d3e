// docs/dashboard.svg: the dashboard's widgets where they stand, by name; graphs without lines, for nothing was measured.
import { dashboardWidgets, type Widget } from './dashboard-widgets.ts';

const COLUMN = 40;
const ROW = 36;
const WIDTH = 24 * COLUMN;
const GAP = 6;
const LINE = 15;
/** Of a letter, about, as a share of the font's size: no font is the same everywhere. */
const LETTER = { plain: 0.55, bold: 0.61 } as const;
const LEGEND = 12;
const ALARM = 10.5;
/** What stands before a name, and what keeps it from the next column. */
const BESIDE = 28;

/** Legends' colours, in both schemes far enough from the ground. */
const colours = [
  '#2f7ed8',
  '#d9653b',
  '#2e9d5b',
  '#a45bd0',
  '#c59a14',
  '#d6487e',
  '#16a0a6',
  '#8a6d4b',
  '#6c7bd9',
  '#7f8c1f',
] as const;

/** Light where nothing else is asked for. The ground is there in both: a page may be dark where the picture is not told so. */
const style = `
.ground { fill: #f3f4f6 } .card { fill: #ffffff; stroke: #d0d5db } .title { fill: #1f2328; font-weight: 600 }
.entry { fill: #32383f } .kind { fill: #656d76 } .grid { stroke: #e3e6ea } .axis { stroke: #aeb5bd }
.head { fill: #eef0f3 } .chip { fill: #e8eaee; stroke: #aeb5bd }
@media (prefers-color-scheme: dark) {
.ground { fill: #0d1117 } .card { fill: #161b22; stroke: #3a424c } .title { fill: #e6edf3 } .entry { fill: #c3ccd6 } .kind { fill: #929ba6 }
.grid { stroke: #262d36 } .axis { stroke: #59636e } .head { fill: #21272f } .chip { fill: #2a313a; stroke: #59636e }
}`;

export function renderDashboardPicture(widgets: readonly Widget[] = dashboardWidgets()): string {
  const height = Math.max(...widgets.map(({ y, height }) => y + height)) * ROW + GAP;
  const described = `The dashboard's ${widgets.length} widgets: ${widgets
    .map(({ title }) => title)
    .filter(Boolean)
    .join('; ')}.`;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif" role="img">`,
    '<!-- Generated from the dashboard that the stack synthesizes by `npm run docs`; a test keeps the two the same. -->',
    `<title>${escaped(described)}</title>`,
    `<style>${style}</style>`,
    `<rect class="ground" width="${WIDTH}" height="${height}"/>`,
    ...widgets.flatMap(drawn),
    '</svg>',
  ].join('\n')}\n`;
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

function drawn(widget: Widget): string[] {
  const card = {
    left: widget.x * COLUMN + GAP / 2,
    top: widget.y * ROW + GAP / 2,
    right: (widget.x + widget.width) * COLUMN - GAP / 2,
    bottom: (widget.y + widget.height) * ROW - GAP / 2,
  };
  const { left, top, right, bottom } = card;
  const frame = `<rect class="card" x="${left}" y="${top}" width="${right - left}" height="${bottom - top}" rx="4"/>`;
  const { kind, title, entries } = widget;
  if (kind === 'text') return [frame, text('entry', left + 10, (top + bottom) / 2 + 4, entries.join(' '))];
  const inner = { left: left + 10, top: top + 42, right: right - 6, bottom: bottom - 8 };
  const { what, draw } = kinds[kind];
  const size = Math.min(14, (right - left - 18) / (title.length * LETTER.bold));
  return [
    frame,
    text('title', left + 10, top + 19, title, size),
    text('kind', left + 10, top + 34, `${what}: ${entries.length}`, 11),
    ...draw(entries, inner),
  ];
}

const kinds = {
  alarms: { what: 'alarms with their states', draw: alarms },
  graph: { what: 'lines on a graph', draw: graph },
  log: { what: 'columns of a table of log lines', draw: table },
} as const;

/** Two columns, with room for each one's state; the names are squeezed where a font is too wide. */
function alarms(names: readonly string[], box: Box): string[] {
  const rows = Math.ceil(names.length / 2);
  const letter = 4.9;
  const line = (box.bottom - box.top) / rows;
  const longest = [names.slice(0, rows), names.slice(rows)].map((column) =>
    Math.max(...column.map((name) => name.length * letter)),
  );
  return inColumns(names, box, { rows, line, letter, beside: 16 }, (name, x, y, index) => {
    const room = longest[Math.floor(index / rows)] as number;
    const isTooWide = name.length * LETTER.plain * ALARM > room;
    return [
      `<rect class="chip" x="${x}" y="${round(y - 8)}" width="8" height="8" rx="2"/>`,
      text('entry', x + 11, y, name, ALARM, isTooWide ? name.length * letter : undefined),
    ];
  });
}

/** Axes, and the legend below. */
function graph(labels: readonly string[], box: Box): string[] {
  const columns = columnsFor(labels, box);
  const rows = Math.ceil(labels.length / columns);
  const bottom = box.bottom - rows * LINE - 4;
  const lines = [0, 1, 2, 3].map((index) => round(box.top + 2 + ((bottom - box.top - 2) * index) / 3));
  return [
    ...lines.map(
      (y, index) => `<path class="${index === 3 ? 'axis' : 'grid'}" d="M${box.left} ${y}H${box.right}"/>`,
    ),
    ...inColumns(labels, { ...box, top: bottom + 5 }, legend(rows), (label, x, y, index) => [
      `<rect fill="${colours[index % colours.length]}" x="${x}" y="${round(y - 9)}" width="10" height="10" rx="2"/>`,
      text('entry', x + 14, y, label),
    ]),
  ];
}

/** The columns of a table, and no rows. */
function table(columns: readonly string[], box: Box): string[] {
  const step = (box.right - box.left) / columns.length;
  const rows = Array.from(
    { length: Math.floor((box.bottom - box.top - 24) / 24) },
    (_, index) => box.top + 48 + index * 24,
  );
  return [
    `<rect class="head" x="${box.left}" y="${box.top}" width="${box.right - box.left}" height="24"/>`,
    ...columns.map((column, index) => text('entry', box.left + 8 + step * index, box.top + 16, column)),
    ...rows.map((y) => `<path class="grid" d="M${box.left} ${y}H${box.right}"/>`),
  ];
}

function columnsFor(labels: readonly string[], { left, right }: Box): number {
  const widest = Math.max(...labels.map((label) => label.length * LETTER.plain * LEGEND + BESIDE));
  return Math.max(1, Math.min(labels.length, Math.floor((right - left) / widest)));
}

interface Layout {
  readonly rows: number;
  readonly line: number;
  /** Width of a letter. */
  readonly letter: number;
  readonly beside: number;
}

const legend = (rows: number): Layout => ({
  rows,
  line: LINE,
  letter: LETTER.plain * LEGEND,
  beside: BESIDE,
});

/** Column by column, each as wide as its longest entry. */
function inColumns(
  entries: readonly string[],
  box: Box,
  { rows, line, letter, beside }: Layout,
  draw: (entry: string, x: number, y: number, index: number) => string[],
): string[] {
  let left = box.left;
  return Array.from({ length: Math.ceil(entries.length / rows) }, (_, column) => {
    const x = round(left);
    const shown = entries.slice(column * rows, (column + 1) * rows);
    left += Math.max(...shown.map((entry) => entry.length * letter + beside));
    return shown.flatMap((entry, row) =>
      draw(entry, x, round(box.top + (row + 0.8) * line), column * rows + row),
    );
  }).flat();
}

/** @param width to which it is squeezed or stretched; default: as the font has it */
function text(name: string, x: number, y: number, content: string, size = LEGEND, width?: number): string {
  const fitted = width === undefined ? '' : ` textLength="${round(width)}" lengthAdjust="spacingAndGlyphs"`;
  return `<text class="${name}" x="${round(x)}" y="${round(y)}" font-size="${round(size)}"${fitted}>${escaped(content)}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(content: string): string {
  return content.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
