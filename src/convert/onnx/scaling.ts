import type { Scaling } from '../../data/scaling.js';
import { floatFrom } from '../front.js';
import type { GraphBuilder } from './graph.js';

/**
 * From the input to the integers of the networks, in operators: each step of docs/formats.md as it stands there, in doubles where that
 * has doubles. ONNX's own rounding goes to even, so halves up are spelt out.
 *
 * @returns the name of the values, and their type: `float` holds every integer that comes out
 */
export function scalingNodes(
  graph: GraphBuilder,
  scaling: Scaling,
  x: string,
  inputs: number,
): { readonly values: string; readonly type: 'float' | 'double' } {
  const scalar = (value: number): string => graph.constant('double', [], [value]);
  switch (scaling.kind) {
    case 'identity':
      return { values: rounded(graph, x, 'float', 32767), type: 'float' };
    case 'quantile':
      return { values: levels(graph, scaling.thresholds, x), type: 'float' };
    case 'factor': {
      const product = graph.node('Mul', [graph.cast(x, 'double'), scalar(scaling.factor)]);
      return { values: rounded(graph, product, 'double', 32767), type: 'double' };
    }
    case 'centred': {
      const { middle, half, end = 127 } = scaling;
      // A column that was constant in training is 0 whatever comes in.
      const row = (values: number[]): string => graph.constant('double', [inputs], values);
      const less = graph.node('Sub', [graph.cast(x, 'double'), row([...middle])]);
      const share = graph.node('Div', [less, row(half.map((h) => (h === 0 ? 1 : h)))]);
      const far = graph.node('Mul', [share, row(half.map((h) => (h === 0 ? 0 : end)))]);
      return { values: rounded(graph, far, 'double', 2 * end + 1), type: 'double' };
    }
    case 'contrast': {
      const wide = graph.cast(x, 'double');
      const share = graph.node('Div', [graph.node('Abs', [wide]), scalar(scaling.white)]);
      const root = graph.node('Mul', [graph.node('Sqrt', [share]), scalar(255)]);
      const signed = graph.node('Where', [
        graph.node('Less', [wide, scalar(0)]),
        graph.node('Neg', [root]),
        root,
      ]);
      const whole = rounded(graph, signed, 'double', 32512);
      const middle = graph.constant('double', [inputs], scaling.middle);
      return { values: graph.node('Sub', [whole, middle]), type: 'double' };
    }
  }
}

/** The nearest whole number, halves up, cut to -limit..limit. */
export function rounded(graph: GraphBuilder, value: string, type: 'float' | 'double', limit: number): string {
  const scalar = (v: number): string => graph.constant(type, [], [v]);
  const floor = graph.node('Floor', [value]);
  const isUp = graph.node('GreaterOrEqual', [graph.node('Sub', [value, floor]), scalar(0.5)]);
  const nearest = graph.node('Add', [floor, graph.cast(isUp, type)]);
  return graph.node('Clip', [nearest, scalar(-limit), scalar(limit)]);
}

function levels(graph: GraphBuilder, thresholds: readonly (readonly number[])[], x: string): string {
  const inputs = thresholds.length;
  const most = thresholds.reduce((longest, list) => Math.max(longest, list.length), 1);
  const padded = thresholds.flatMap((list) =>
    Array.from({ length: most }, (_, k) => (k < list.length ? floatFrom(list[k]) : Number.POSITIVE_INFINITY)),
  );
  const row = (of: (count: number) => number): string =>
    graph.constant(
      'float',
      [inputs],
      thresholds.map((list) => of(list.length)),
    );
  const wide = graph.node('Unsqueeze', [x, graph.constant('int64', [1], [2])]);
  const reached = graph.node('GreaterOrEqual', [wide, graph.constant('float', [inputs, most], padded)]);
  const count = graph.node('ReduceSum', [graph.cast(reached, 'float'), graph.constant('int64', [1], [2])], {
    keepdims: 0,
  });
  // (508 k + m) div 2 m - 127; a quotient of such small numbers is never rounded up to a whole one.
  const top = graph.node('Add', [graph.node('Mul', [count, row(() => 508)]), row((m) => m)]);
  const level = graph.node('Floor', [graph.node('Div', [top, row((m) => (m === 0 ? 1 : 2 * m))])]);
  return graph.node('Sub', [level, row((m) => (m === 0 ? 0 : 127))]);
}
