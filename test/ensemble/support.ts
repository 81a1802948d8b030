import fc from 'fast-check';
import type { EnsembleModel } from '../../src/ensemble/model/model.js';
import { resolveConfig } from '../../src/ensemble/options.js';
import { allPairs } from '../../src/ensemble/pair-order.js';
import { EnsembleClassifier } from '../../src/ensemble/predict/classifier.js';
import { type Platform, setPlatform } from '../../src/ensemble/train/platform.js';
import {
  InThreadPool,
  type PairOutcome,
  type PairSolver,
  type PairTask,
} from '../../src/ensemble/train/pool.js';
import type { Perturbations, TrainingData } from '../../src/ensemble/types.js';
import { linkCount, nonzeroCount } from '../../src/network/links.js';
import type { Network } from '../../src/network/types.js';
import type { StageProgress, StageResult } from '../../src/stages/types.js';

/** Any network of these layer sizes with weights in -P..P; about half of them zero; with biases up to a magnitude now and then. */
export function anyNetwork(
  layers: readonly number[],
  weightBound: number,
  largestBias = 0,
): fc.Arbitrary<Network> {
  const weight = fc.oneof(fc.constant(0), fc.integer({ min: -weightBound, max: weightBound }));
  const rows = layers.slice(1).map((size, l) =>
    fc.array(fc.array(weight, { minLength: layers[l], maxLength: layers[l] }), {
      minLength: size,
      maxLength: size,
    }),
  );
  const biases = fc.array(
    fc.oneof(
      fc.integer({ min: -largestBias, max: largestBias }),
      fc.integer({ min: -Math.min(900, largestBias), max: Math.min(900, largestBias) }),
    ),
    { minLength: layers[1], maxLength: layers[1] },
  );
  const maybe = largestBias > 0 ? fc.option(biases, { nil: undefined }) : fc.constant(undefined);
  return fc.tuple(maybe, fc.tuple(...rows)).map(([own, weights]) => ({
    layers: [...layers],
    weightBound,
    weights,
    ...(own === undefined ? {} : { biases: own }),
  }));
}

/** Any model: 2..5 classes, 1..3 layers, with and without missing networks. */
export const anyModel: fc.Arbitrary<EnsembleModel> = fc
  .record({
    classes: fc.uniqueArray(fc.oneof(fc.string({ maxLength: 8 }), fc.constant('__proto__')), {
      minLength: 2,
      maxLength: 5,
    }),
    inputs: fc.integer({ min: 1, max: 9 }),
    hidden: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 2 }),
    weightBound: fc.constantFrom(1, 3, 26, 127),
    image: fc.boolean(),
    perturb: fc.constantFrom<Perturbations>(
      {},
      { linf: 3, shift: 1 },
      { rotate: 7.5, scale: 10, shear: 15, joint: true },
      { affine: 30, elastic: { copies: 4, strength: 2, cell: 3 } },
    ),
  })
  .chain(({ classes, inputs, hidden, weightBound, image, perturb }) => {
    const layers = [inputs, ...hidden, 1];
    const count = allPairs(classes.length).length;
    const networks = fc.array(fc.option(anyNetwork(layers, weightBound, 3_000_000), { freq: 8 }), {
      minLength: count,
      maxLength: count,
    });
    const shape = image ? { width: inputs, height: 1 } : undefined;
    return networks.map((list) =>
      modelOf(classes, layers, weightBound, list, shape, image ? perturb : undefined),
    );
  });

export function modelOf(
  classes: readonly string[],
  layers: readonly number[],
  weightBound: number,
  networks: readonly (Network | null)[],
  image?: { width: number; height: number },
  perturb?: Perturbations,
): EnsembleModel {
  return {
    classes,
    layers,
    weightBound,
    scaling: { kind: 'identity' },
    ...(image === undefined ? {} : { image }),
    training: resolveConfig(
      { hidden: layers.slice(1, -1), weightBound, shots: 2, perturb },
      layers[0],
      image !== undefined,
    ),
    data: { samples: 4, fingerprint: 'sha256:0' },
    pairs: allPairs(classes.length).map(([p, q], index) => {
      const network = networks[index];
      return {
        classes: [classes[p], classes[q]],
        network,
        nonzero: network === null ? 0 : nonzeroCount(network),
        links: linkCount(layers),
        stages: [
          {
            stage: 'sm',
            status: 'optimal',
            stopReason: 'proved',
            objective: 4,
            bound: 4,
            gap: 0,
            nodes: 1,
            work: 9,
          },
        ],
      };
    }),
  };
}

/** A single ternary neuron over the inputs, as a network `[n, 1]`. */
export function neuron(...weights: number[]): Network {
  return { layers: [weights.length, 1], weightBound: 1, weights: [[weights]] };
}

export function classifierOf(
  classes: readonly string[],
  networks: readonly (Network | null)[],
): EnsembleClassifier {
  const inputs = networks.find((network) => network !== null)?.layers[0] ?? 1;
  return new EnsembleClassifier(modelOf(classes, [inputs, 1], 1, networks));
}

/**
 * Stands in for the engine: the sign of the difference of the class means, in as many slices as asked, with the same
 * protocol (progress, stop, stages). Deterministic in problem and seed.
 */
export function fakeSolver(slices: number, sliceMs = 0): PairSolver {
  return function* solve({ problem, options }: PairTask, shouldStop): Generator<StageProgress, PairOutcome> {
    const stages: StageResult[] = [];
    const names = options.stages ?? ['sm', 'mm', 'mw'];
    let stopped = false;
    for (const [stageIndex, stage] of names.entries()) {
      let slice = 0;
      for (; slice < slices && !stopped; slice++) {
        const until = performance.now() + sliceMs;
        while (performance.now() < until);
        yield {
          stage,
          stageIndex,
          stageCount: names.length,
          objective: slice,
          bound: null,
          nodes: slice,
          work: slice,
          seconds: 0,
        };
        stopped = shouldStop();
      }
      stages.push({
        stage,
        status: stopped ? 'feasible' : 'optimal',
        stopReason: stopped ? 'interrupted' : 'proved',
        objective: problem.sampleCount,
        bound: problem.sampleCount,
        gap: 0,
        nodes: slice,
        work: (options.seed ?? 0) % 1000,
        seconds: sliceMs * slice * 0.001,
      });
      if (stopped) break;
    }
    return { stages, network: meanDifference(problem), keep: [] };
  };
}

function meanDifference(problem: PairTask['problem']): Network {
  const [inputs] = problem.layers;
  const sums = new Array<number>(inputs).fill(0);
  const counts = { '1': 0, '-1': 0 };
  for (const label of problem.labels) counts[label as 1 | -1]++;
  for (let k = 0; k < problem.sampleCount; k++) {
    const label = problem.labels[k] as 1 | -1;
    for (let i = 0; i < inputs; i++) sums[i] += (label * problem.samples[k * inputs + i]) / counts[label];
  }
  const first = sums.map((sum) => Math.sign(sum) + 0);
  const weights = problem.layers
    .slice(1)
    .map((size, l) =>
      Array.from({ length: size }, () => (l === 0 ? [...first] : new Array(problem.layers[l]).fill(1))),
    );
  return { layers: [...problem.layers], weightBound: problem.weightBound, weights };
}

/** Runs with a platform of in-thread pools around this solver, then puts the old platform back. */
export async function withSolver<T>(solver: PairSolver, work: () => Promise<T>): Promise<T> {
  return withPlatform(
    {
      loadEngine: async () => ({}) as WebAssembly.Module,
      createPool: async () => new InThreadPool(async () => solver),
      cores: () => 1,
    },
    work,
  );
}

export async function withPlatform<T>(platform: Platform, work: () => Promise<T>): Promise<T> {
  const previous = setPlatform(platform);
  try {
    return await work();
  } finally {
    setPlatform(previous);
  }
}

/** Two classes that differ in nothing: proofs on such data take long. */
export function noise(count: number, columns: number): TrainingData {
  const samples = Array.from({ length: count }, (_, k) =>
    Array.from({ length: columns }, (_, i) => Math.imul(k * columns + i + 1, 0x9e3779b1) >>> 24),
  );
  return { samples, labels: samples.map((_, k) => (k % 2 === 0 ? 'even' : 'odd')) };
}

/** Three classes, each bright in its own third of the columns; `count` samples of each, all different. */
export function brightThirds(count: number, columns = 6): TrainingData {
  const samples: number[][] = [];
  const labels: string[] = [];
  for (let k = 0; k < count; k++) {
    for (let c = 0; c < 3; c++) {
      const third = (i: number): boolean => Math.floor((i * 3) / columns) === c;
      samples.push(Array.from({ length: columns }, (_, i) => (third(i) ? 200 + k : (7 * k + 3 * i) % 20)));
      labels.push(['red', 'green', 'blue'][c]);
    }
  }
  return { samples, labels, classes: ['red', 'green', 'blue'] };
}

/** Ten classes, 45 networks of the paper's size, all the same: for speed, which does not ask what they answer. */
export function paperSized(): EnsembleClassifier {
  const layers = [784, 4, 4, 1];
  const weights = layers
    .slice(1)
    .map((size, l) =>
      Array.from({ length: size }, (_, j) =>
        Array.from({ length: layers[l] }, (_, i) => [0, 1, -1, 0, 1, 0, -1][(i * i + 3 * i + 5 * j) % 7]),
      ),
    );
  const classes = Array.from({ length: 10 }, (_, c) => String(c));
  const networks = allPairs(10).map(() => ({ layers, weightBound: 1, weights }));
  return new EnsembleClassifier(modelOf(classes, layers, 1, networks));
}
