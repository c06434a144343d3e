// The charts of the measurements.
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { type LineChart, renderLineChart } from '../../../bench/support/line-chart.ts';

const chart: LineChart = {
  title: 'Time',
  xTitle: 'tenants',
  yTitle: 'µs',
  xScale: 'logarithmic',
  series: [
    {
      name: 'warm',
      points: [
        [10, 40],
        [100, 40],
        [1_000, 20],
      ],
    },
  ],
};

interface Circle {
  readonly cx: number;
  readonly cy: number;
}

/** Where the points are drawn, in the order of the series. */
function circlesOf(svg: string): Circle[] {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    parseAttributeValue: true,
  });
  return parser.parse(svg).svg.circle;
}

describe('line chart', () => {
  it('gives every tenfold the same width on a logarithmic axis', () => {
    const [first, second, third] = circlesOf(renderLineChart(chart)) as [Circle, Circle, Circle];
    expect(second.cx - first.cx).toBeCloseTo(third.cx - second.cx, 0);
    expect(second.cx).toBeGreaterThan(first.cx);
  });

  it('gives as much the same width on a linear axis', () => {
    const [first, second, third] = circlesOf(renderLineChart({ ...chart, xScale: 'linear' })) as [
      Circle,
      Circle,
      Circle,
    ];
    expect((third.cx - second.cx) / (second.cx - first.cx)).toBeCloseTo(10, 0);
  });

  it('begins its y axis at 0, so that half of a figure is half as high', () => {
    const svg = renderLineChart(chart);
    const [first, , third] = circlesOf(svg) as [Circle, Circle, Circle];
    const bottom = Number(/<path d="M64 ([\d.]+)H624"/.exec(svg)?.[1]);
    expect((bottom - third.cy) / (bottom - first.cy)).toBeCloseTo(0.5, 2);
  });

  it('keeps within the picture, with one point or a figure of 0 among them', () => {
    for (const points of [
      [[5, 3]],
      [
        [1, 0],
        [2, 1e6],
      ],
    ] as const) {
      const svg = renderLineChart({ ...chart, series: [{ name: 'one', points }] });
      expect(svg).not.toContain('NaN');
      for (const { cx, cy } of [circlesOf(svg)].flat()) {
        expect(cx).toBeGreaterThanOrEqual(64);
        expect(cx).toBeLessThanOrEqual(624);
        expect(cy).toBeGreaterThanOrEqual(48);
        expect(cy).toBeLessThanOrEqual(304);
      }
    }
  });

  it('is well-formed XML whatever the titles are', () => {
    const svg = renderLineChart({ ...chart, title: 'p99 < 1 ms & flat' });
    expect(XMLValidator.validate(svg)).toBe(true);
    expect(svg).toContain('p99 &lt; 1 ms &amp; flat');
  });
});
