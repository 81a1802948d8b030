import { marginsHold, networkMargins } from '../network/margins.js';
import type { Network } from '../network/types.js';
import { activeInputs } from '../problem/active.js';
import { boundOf, largestWeight, radiusOf, rangeOf } from '../problem/boxes.js';
import { groupsOf } from '../problem/groups.js';
import { isRobust, type Objective, withTargets } from '../problem/objective.js';
import { marginUnits } from '../problem/semantics.js';
import type { TrainingProblem } from '../problem/types.js';
import { MAX_INPUT_VALUE, MAX_MARGIN_UNITS } from '../problem/validate.js';
import { withBoxes, withoutDark } from './draw-boxes.js';
import type { Draws } from './draws.js';

/*
 * Training problems of all kinds: any objective, layers, weight bound, epsilon, radius, families of copies, samples kept,
 * margins held. Most are tiny, so that brute force can judge them; some are too large for that, and for the trees as well.
 */

export type Size = 'tiny' | 'medium';

const EPSILONS = [0.1, 0.1, 0.1, 1, 0.5, 0.25, 0.3, 0.0003, 0.9999];

/** Layers and weight bound that brute force gets through, or, for `medium`, that it does not. */
function drawShape(draws: Draws, size: Size): { layers: number[]; weightBound: number } {
  const hidden = (most: number, layers: number) => draws.list(layers, () => draws.int(1, most));
  if (size === 'medium') {
    const kind = draws.int(0, 3);
    const weightBound = draws.pick([1, 1, 1, 2, 3]);
    if (kind < 2) return { layers: [draws.int(8, 40), 1], weightBound };
    if (kind === 2) return { layers: [draws.int(6, 24), draws.int(2, 4), 1], weightBound };
    return { layers: [draws.int(6, 16), ...hidden(4, 2), 1], weightBound: draws.pick([1, 1, 2]) };
  }
  switch (draws.int(0, 6)) {
    case 0:
    case 1:
      return { layers: [draws.int(1, 5), 1], weightBound: draws.int(1, 3) };
    case 2:
      return { layers: [draws.int(1, 2), 1], weightBound: draws.pick([4, 7, 15, 100]) };
    case 3:
      return { layers: [draws.int(1, 5), draws.int(1, 3), 1], weightBound: 1 };
    case 4:
      return { layers: [draws.int(1, 3), draws.int(1, 2), 1], weightBound: draws.int(2, 3) };
    case 5:
      return { layers: [draws.int(1, 4), ...hidden(3, 2), 1], weightBound: 1 };
    default:
      return { layers: [draws.int(1, 3), ...hidden(2, draws.int(1, 3)), 1], weightBound: draws.int(1, 2) };
  }
}

/** A way to draw the inputs, and the L-infinity radius that suits it. */
function drawValues(draws: Draws): { value: (at: number) => number; linf: number } {
  const radius = (most: number) => (draws.once(2) ? 0 : draws.int(0, most));
  switch (draws.int(0, 8)) {
    case 0:
      return { value: () => draws.int(0, 1), linf: draws.once(8) ? 1 : 0 };
    case 1:
      return { value: () => draws.pick([-1, 1]), linf: draws.once(8) ? 1 : 0 };
    case 2:
      return { value: () => (draws.once(2) ? draws.int(-9, 9) : 0), linf: radius(2) };
    case 3:
      return { value: () => draws.int(0, 255), linf: radius(40) };
    case 4:
      return { value: () => draws.int(-5000, 5000), linf: radius(900) };
    case 5: {
      const top = draws.pick([MAX_INPUT_VALUE, 1 << 14, 3000]);
      return {
        value: () => (draws.once(3) ? draws.pick([-top, top]) : draws.int(-top, top)),
        linf: radius(top),
      };
    }
    default:
      return { value: () => draws.int(-4, 4), linf: radius(2) };
  }
}

/** Rows of inputs: some inputs are dark everywhere, some rows are copies of others, also of the other label. */
function drawRows(draws: Draws, width: number, count: number, value: (at: number) => number): number[][] {
  const dark = draws.list(width, () => draws.once(12));
  const rows: number[][] = [];
  for (let k = 0; k < count; k++) {
    if (k > 0 && draws.once(8)) {
      const copy = [...draws.pick(rows)];
      if (draws.once(2)) copy[draws.int(0, width - 1)] = value(0);
      rows.push(copy.map((x, i) => (dark[i] ? 0 : x)));
    } else rows.push(draws.list(width, (i) => (dark[i] ? 0 : value(i))));
  }
  return rows;
}

/** Halves inputs and radius until every pre-activation fits (`validateProblem`). */
function fitted(problem: TrainingProblem): TrainingProblem {
  const { layers, weightBound, samples, linf } = problem;
  const { scale } = marginUnits(problem);
  let most = Math.max(...layers.slice(1));
  for (let at = 0; at < samples.length; at += layers[0]) {
    let norm = linf * layers[0];
    for (let i = 0; i < layers[0]; i++) norm += Math.abs(samples[at + i]);
    most = Math.max(most, norm);
  }
  if ((most * weightBound + 1) * scale < MAX_MARGIN_UNITS) return problem;
  return fitted({ ...problem, samples: samples.map((x) => Math.trunc(x / 2)), linf: Math.trunc(linf / 2) });
}

/** The paper's objective. */
function drawPaper(draws: Draws, size: Size): TrainingProblem {
  const { layers, weightBound } = drawShape(draws, size);
  return drawData(draws, layers, weightBound, size === 'tiny' ? draws.int(1, 8) : draws.int(6, 24));
}

/** A small problem of the paper with these layers, and P up to 3. */
export function drawPlain(draws: Draws, layers: readonly number[]): TrainingProblem {
  return drawData(draws, layers, draws.int(1, 3), draws.int(2, 8));
}

function drawData(
  draws: Draws,
  layers: readonly number[],
  weightBound: number,
  sampleCount: number,
): TrainingProblem {
  const { value, linf } = drawValues(draws);
  const rows = drawRows(draws, layers[0], sampleCount, value);
  return fitted({
    layers,
    weightBound,
    epsilon: draws.pick(EPSILONS),
    samples: Int32Array.from(rows.flat()),
    sampleCount,
    labels: drawLabels(draws, rows),
    linf,
  });
}

/** Noise, or sides of a random plane, so that some networks answer rightly; now and then one label only. */
function drawLabels(draws: Draws, rows: readonly (readonly number[])[]): Int8Array {
  if (draws.once(20)) return new Int8Array(rows.length).fill(draws.pick([1, -1]));
  if (draws.once(2)) return Int8Array.from(rows, () => draws.pick([1, -1]));
  const plane = draws.list(rows[0].length, () => draws.int(-1, 1));
  return Int8Array.from(rows, (row) => {
    const side = row.reduce((sum, x, i) => sum + plane[i] * x, 0) >= 0 ? 1 : -1;
    return draws.once(12) ? -side : side;
  });
}

/** Nothing at all, the least there is, anything that an output can be, and what none can. */
function drawConfidence(draws: Draws, { layers, weightBound, samples }: TrainingProblem): number {
  const inputs = layers[layers.length - 2];
  const most =
    layers.length > 2 ? inputs : samples.reduce((top, x) => Math.max(top, Math.abs(x)), 1) * inputs;
  switch (draws.int(0, 5)) {
    case 0:
      return 0;
    case 1:
    case 2:
      return 1;
    case 3:
      return draws.once(4) ? MAX_MARGIN_UNITS - 1 : most * weightBound + 1;
    default:
      return draws.int(0, most * weightBound);
  }
}

/** Rows dealt to samples at random, or every sample with copies of itself that differ a little. */
function withGroups(draws: Draws, problem: TrainingProblem): TrainingProblem {
  const { sampleCount: rows, layers } = problem;
  if (draws.once(5)) return { ...problem, objective: { kind: 'robust' } };
  const count = draws.int(Math.min(rows, 2), rows);
  // The first rows name every sample once, so that none is without rows.
  const groups = Int32Array.from({ length: rows }, (_, k) => (k < count ? k : draws.int(0, count - 1)));
  const samples = Int32Array.from(problem.samples);
  if (draws.once(2)) {
    const width = layers[0];
    for (let k = count; k < rows; k++) {
      for (let i = 0; i < width; i++) {
        const x = samples[groups[k] * width + i];
        samples[k * width + i] = x === 0 || !draws.once(3) ? x : x - Math.sign(x) * draws.int(0, 1);
      }
    }
  }
  const labels = Int8Array.from(groups, (group) => problem.labels[group]);
  return { ...problem, samples, labels, objective: { kind: 'robust', groups } };
}

/** A target for every row, some of them out of reach, some met by anything. */
function withDrawnTargets(draws: Draws, problem: TrainingProblem): TrainingProblem {
  const { layers, samples, sampleCount } = problem;
  const width = layers[0];
  const norms = Array.from({ length: sampleCount }, (_, k) =>
    samples
      .subarray(k * width, (k + 1) * width)
      .reduce((sum, x, i) => sum + boundOf(problem, i) * Math.abs(x), 0),
  );
  const moved = draws.list(width, (i) => boundOf(problem, i) * radiusOf(problem, i)).reduce((a, b) => a + b);
  const share = draws.pick([0.1, 0.3, 0.6, 1.1]);
  const targets = Int32Array.from(norms, (norm) =>
    draws.once(6) ? draws.int(0, 3) : Math.round(share * norm * (draws.int(5, 10) / 10)),
  );
  const most = targets.reduce((sum, t, k) => sum + (t + norms[k] + moved + 1) ** 2, 0);
  if (most <= Number.MAX_SAFE_INTEGER) return withTargets(problem, targets);
  return withDrawnTargets(draws, { ...problem, samples: samples.map((x) => Math.trunc(x / 2)) });
}

/** Weights at random; those of dark inputs are 0. */
export function drawNetwork(draws: Draws, problem: TrainingProblem): Network {
  const { layers, weightBound } = problem;
  const active = new Set(activeInputs(problem));
  const weights = layers.slice(1).map((size, l) =>
    draws.list(size, () =>
      draws.list(layers[l], (i) => {
        if (l > 0) return draws.int(-weightBound, weightBound);
        return active.has(i) ? draws.int(...rangeOf(problem, i)) : 0;
      }),
    ),
  );
  return { layers, weightBound: largestWeight(problem), weights };
}

/** Margins that some network of the problem has, or a little more than it has, or small ones. */
function withMargins(draws: Draws, problem: TrainingProblem): TrainingProblem {
  const units = marginUnits(problem);
  const all = Array.from({ length: problem.sampleCount }, (_, k) => k);
  const robust = isRobust(problem);
  const keep = robust ? all : (problem.keep ?? all);
  const margins = networkMargins(drawNetwork(draws, problem), problem, keep, units);
  const known = !robust && marginsHold(margins) && !draws.once(3);
  const held = margins.map((layer, l) =>
    layer.map((margin) => {
      const some = known ? margin : robust && l > 0 ? 0 : draws.int(0, 2) * draws.int(0, units.scale);
      return (Math.max(0, some) + (draws.once(8) ? 1 : 0)) / units.scale;
    }),
  );
  return { ...problem, margins: held };
}

/**
 * A problem of the objective; all that it says is valid (`validateProblem`).
 *
 * @param boxes one in three has `ranges`, `radii` or `free`; false: none has
 */
export function drawProblem(
  draws: Draws,
  objective: Objective['kind'],
  size: Size,
  boxes = true,
): TrainingProblem {
  let problem = drawPaper(draws, size);
  if (draws.once(objective === 'paper' ? 3 : 12))
    problem = { ...problem, confidence: drawConfidence(draws, problem) };
  if (objective !== 'paper') problem = withGroups(draws, problem);
  if (boxes) problem = withBoxes(draws, problem, 3);
  if (objective === 'soft') problem = withoutDark(withDrawnTargets(draws, problem));
  if (draws.once(3)) {
    const count = isRobust(problem) ? groupsOf(problem).count : problem.sampleCount;
    problem = { ...problem, keep: draws.some(count) };
  }
  return draws.once(6) ? withMargins(draws, problem) : problem;
}
