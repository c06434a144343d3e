// Line charts as SVG: a figure over what it may grow with.
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface LineChart {
  readonly title: string;
  readonly xTitle: string;
  readonly yTitle: string;
  /** With `logarithmic`, every tenfold of x is as wide as the other, and x is above 0. */
  readonly xScale: 'linear' | 'logarithmic';
  readonly series: readonly Series[];
}

const WIDTH = 640;
const HEIGHT = 360;
const plot = { left: 64, right: 624, top: 48, bottom: 304 };
const colours = ['#1f5fa8', '#b4501e', '#2e7d4f'];

/** The y axis begins at 0: what looks flat is flat. */
export function renderLineChart({ title, xTitle, yTitle, xScale, series }: LineChart): string {
  const scaled = xScale === 'logarithmic' ? Math.log10 : (x: number) => x;
  const points = series.flatMap((one) => one.points);
  const xs = [...new Set(points.map(([x]) => x))].sort((a, b) => a - b);
  const low = scaled(xs[0] ?? Number.NaN);
  const high = scaled(xs.at(-1) ?? Number.NaN);
  const step = stepOf(Math.max(...points.map(([, y]) => y)));
  const top = step * Math.ceil(Math.max(...points.map(([, y]) => y)) / step);
  const xOf = (x: number) => plot.left + ((scaled(x) - low) / (high - low || 1)) * (plot.right - plot.left);
  const yOf = (y: number) => plot.bottom - (y / top) * (plot.bottom - plot.top);
  const yTicks = Array.from({ length: Math.round(top / step) + 1 }, (_, index) => index * step);

  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="white"/>`,
    text(WIDTH / 2, 24, 'middle', title, ' font-size="15"'),
    text((plot.left + plot.right) / 2, HEIGHT - 16, 'middle', xTitle),
    text(0, 0, 'middle', yTitle, ` transform="translate(16 ${(plot.top + plot.bottom) / 2}) rotate(-90)"`),
    ...yTicks.flatMap((y) => [
      `<path d="M${plot.left} ${round(yOf(y))}H${plot.right}" stroke="#ddd"/>`,
      text(plot.left - 8, yOf(y) + 4, 'end', y.toLocaleString('en')),
    ]),
    ...xs.map((x) => text(xOf(x), plot.bottom + 20, 'middle', x.toLocaleString('en'))),
    ...series.flatMap(({ name, points }, index) => {
      const colour = colours[index % colours.length] as string;
      const path = points.map(([x, y]) => `${round(xOf(x))} ${round(yOf(y))}`);
      return [
        `<path d="M${path.join('L')}" fill="none" stroke="${colour}" stroke-width="2"/>`,
        ...points.map(
          ([x, y]) => `<circle cx="${round(xOf(x))}" cy="${round(yOf(y))}" r="3" fill="${colour}"/>`,
        ),
        text(
          plot.left + 8,
          plot.bottom - 12 - 16 * (series.length - 1 - index),
          'start',
          name,
          ` fill="${colour}"`,
        ),
      ];
    }),
    '</svg>',
  ].join('\n')}\n`;
}

/** 1, 2 or 5 times a power of ten, so that four to ten of them make up the axis. */
function stepOf(highest: number): number {
  const power = 10 ** Math.floor(Math.log10(highest / 4));
  return ([5, 2].find((factor) => factor * power <= highest / 4) ?? 1) * power;
}

function text(x: number, y: number, anchor: string, content: string, attributes = ''): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}"${attributes}>${escaped(content)}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(content: string): string {
  return content.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
