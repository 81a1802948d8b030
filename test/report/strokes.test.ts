import { describe, expect, it } from 'vitest';
import { type FeatureSpec, featureStrokes, parseFeatures, type Strokes } from '../../src/features/index.js';
import { strokeImage } from '../../src/report/strokes.js';

const image = { width: 12, height: 9 };
const spec = parseFeatures('hog,cell=3,bins=4', image) as FeatureSpec;

describe('strokes', () => {
  const map = featureStrokes(spec, image) as Strokes;

  it('are where cells and directions are, one a feature', () => {
    // 4 x 3 cells of 3 pixels: 3 x 2 blocks of 4 cells with 4 directions each.
    expect(map.strokes).toHaveLength(6 * 16);
    expect(map.cell).toBe(3);
    expect(map.strokes[0]).toEqual({ x: 1.5, y: 1.5, turn: 0 });
    expect(map.strokes[1].turn).toBe(0.25);
    expect(map.strokes[4]).toEqual({ x: 4.5, y: 1.5, turn: 0 });
    expect(map.strokes[8]).toEqual({ x: 1.5, y: 4.5, turn: 0 });
    expect(map.strokes[16]).toEqual({ x: 4.5, y: 1.5, turn: 0 });
    expect(map.strokes[95]).toEqual({ x: 10.5, y: 7.5, turn: 0.75 });
    expect(featureStrokes(parseFeatures('deskew', image) as FeatureSpec, image)).toBeUndefined();
    const zoomed = parseFeatures('hog,cell=6,zoom=2', image) as FeatureSpec;
    expect(featureStrokes(zoomed, image)).toMatchObject({ cell: 3, strokes: { 0: { x: 1.5, y: 1.5 } } });
  });

  it('add up what the blocks of a cell say, and cancel', () => {
    const drawn = (weights: [number, number][]) => {
      const neuron = new Array<number>(96).fill(0);
      for (const [at, weight] of weights) neuron[at] = weight;
      return strokeImage(neuron, 1, map, image, 68, 'a <b>');
    };
    expect(drawn([])).not.toContain('<path');
    // Features 4 and 16 are the same cell and direction, in two blocks.
    expect(
      drawn([
        [4, 1],
        [16, -1],
      ]),
    ).not.toContain('<path');
    const both = drawn([
      [4, 1],
      [16, 1],
    ]);
    const one = drawn([[4, 1]]);
    expect(both.match(/<path/g)).toHaveLength(1);
    expect(both.match(/ d="[^"]*"/)?.[0]).toBe(one.match(/ d="[^"]*"/)?.[0]);
    expect(both).not.toBe(one);
    expect(
      drawn([
        [4, 1],
        [5, -1],
      ]).match(/<path/g),
    ).toHaveLength(2);
    expect(one).toContain('<title>a &lt;b&gt;</title>');
    // To the right it gets brighter: an edge from top to bottom, right of the middle of its cell.
    expect(one).toContain('M5.16 0.6L5.16 2.4');
  });
});
