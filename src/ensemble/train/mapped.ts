import { FeatureMap, type FeatureSpec, fitMeans, greyLevels, greyRange } from '../../features/index.js';
import { type PerturbationSet, perturbationFamily } from '../../perturb/index.js';
import type { TrainingConfig } from '../config.js';
import { InputReader } from '../reading.js';
import type { TrainingSamples } from './training-samples.js';

/**
 * Training on features: copies are made of pictures and mapped afterwards. Every sample is in K - 1 pairs and mapping costs
 * more than copying, so families are kept as long as there is room.
 */

/** Numbers in all the families that are kept: 128 MiB. */
const ROOM = 2 ** 25;

interface Store {
  readonly reader: InputReader;
  readonly families: Map<string, Int32Array[]>;
  numbers: number;
}

const stores = new WeakMap<TrainingSamples, Store>();

/**
 * Fits a map on the samples of a training: black and white are those of the samples, means those of all rows that are trained
 * on where no pair shrinks its motions, extra samples among them.
 */
export function withFeatures(
  samples: TrainingSamples,
  config: Pick<TrainingConfig, 'perturb' | 'seed'>,
  spec: FeatureSpec,
): TrainingSamples {
  const { image, rows, columns, extra } = samples;
  if (image === undefined) throw new Error('features without an image');
  const range = greyRange(rows, spec.ends);
  const map = new FeatureMap(spec, image);
  function* pictures(): Generator<Int32Array> {
    const grey = new Int32Array(columns);
    for (let at = 0; at < rows.length; at += columns) {
      greyLevels(rows.subarray(at, at + columns), range, grey);
      yield* perturbationFamily(grey, image, config.perturb, config.seed);
    }
    for (let at = 0; at < (extra?.rows.length ?? 0); at += columns) {
      greyLevels((extra as { rows: Int32Array }).rows.subarray(at, at + columns), range, grey);
      yield grey;
    }
  }
  const middle = spec.mean === 0 ? new Array<number>(map.count).fill(0) : fitMeans(map, pictures());
  return { ...samples, inputs: map.count, features: { spec, ...range, middle } };
}

/** What networks read of the samples themselves, one after another. */
export function whatNetworksRead(samples: TrainingSamples): Int32Array {
  const { rows, columns, inputs, features } = samples;
  if (features === undefined) return rows;
  const { reader } = storeOf(samples);
  const read = new Int32Array((rows.length / columns) * inputs);
  for (let at = 0; at * columns < rows.length; at++) {
    read.set(reader.read(rows.subarray(at * columns, (at + 1) * columns)), at * inputs);
  }
  return read;
}

/** What networks read of all the rows of a sample: itself, its copies, and the extra samples given for it. */
export function mappedFamily(
  samples: TrainingSamples,
  sample: number,
  { perturb, seed }: { readonly perturb: PerturbationSet; readonly seed: number },
): readonly Int32Array[] {
  const store = storeOf(samples);
  const key = JSON.stringify([sample, perturb, seed]);
  const kept = store.families.get(key);
  if (kept !== undefined) return kept;
  const { rows, columns, extra } = samples;
  const pixels = (from: Int32Array, at: number): Int32Array =>
    from.subarray(at * columns, (at + 1) * columns);
  const family = store.reader.family(pixels(rows, sample), perturb, seed);
  for (const [at, owner] of extra?.owners.entries() ?? []) {
    if (owner === sample)
      family.push(store.reader.read(pixels((extra as { rows: Int32Array }).rows, at)).slice());
  }
  keep(store, key, family);
  return family;
}

function storeOf(samples: TrainingSamples): Store {
  let store = stores.get(samples);
  if (store === undefined) {
    store = { reader: new InputReader(samples), families: new Map(), numbers: 0 };
    stores.set(samples, store);
  }
  return store;
}

/** The oldest families go where there is no room. */
function keep(store: Store, key: string, family: Int32Array[]): void {
  const size = family.length * store.reader.inputs;
  for (const [old, rows] of store.families) {
    if (store.numbers + size <= ROOM) break;
    store.families.delete(old);
    store.numbers -= rows.length * store.reader.inputs;
  }
  if (store.numbers + size > ROOM) return;
  store.families.set(key, family);
  store.numbers += size;
}
