import { additions, type Plan, type PlannedNeuron } from '../plan.js';

/*
 * All weights of a model as one stream that is read once from its beginning to its end: network after network, neuron after
 * neuron. A unit is a byte, or 16 bits where indices need them.
 *
 *   deltas    a count, then for each weight how many inputs lie between it and the one before; 255: so many and no weight.
 *             Ternary: the +1 first, then the -1 with a count of their own; else a byte with the weight follows each.
 *   indices   the same with the inputs themselves, which is longer and faster
 *   planes    for every group of eight inputs that any network reads: a byte of signs, then a byte for each bit of the magnitudes
 */
export type Layout = 'deltas' | 'indices' | 'planes';

export interface Stream {
  readonly layout: Layout;
  readonly unitBits: 8 | 16;
  readonly units: readonly number[];
  /** Units of a count. */
  readonly countUnits: number;
  /** Units of a neuron's bias; 0: there is none. */
  readonly biasUnits: number;
  /** Units before a network: how many neurons follow, `none` for no network; 0 where every network is one neuron. */
  readonly headUnits: number;
  readonly none: number;
  /** `planes`: the groups of eight inputs that are stored, `null` for all of them. */
  readonly groups: readonly number[] | null;
  readonly planes: number;
  readonly ternary: boolean;
  readonly bytes: number;
}

const SKIP = 255;

/** The stream that is smallest, or the one that takes the fewest steps. */
export function chooseStream(plan: Plan, optimise: 'size' | 'speed'): Stream {
  if (optimise === 'size') {
    const [deltas, planes] = [encode(plan, 'deltas'), encode(plan, 'planes')];
    return planes.bytes < deltas.bytes ? planes : deltas;
  }
  // An index costs a look-up and an addition, a bit of a plane a shift and a test whether it is set or not: lists win
  // unless nearly every weight is set.
  const planes = encode(plan, 'planes');
  const bits = (planes.bytes * 8) / (1 + planes.planes);
  const tooLong = plan.inputs > 65535;
  if (planes.ternary && additions(plan) > DENSE * bits) return planes;
  return tooLong ? encode(plan, 'deltas') : encode(plan, 'indices');
}

/** Share of weights from which on planes are read faster than indices. */
const DENSE = 0.9;

export function encode(plan: Plan, layout: Layout): Stream {
  const widths = [plan.inputs, ...plan.layers];
  const widest = Math.max(...plan.layers, 1);
  const unitBits = layout === 'indices' && Math.max(...widths) > 255 ? 16 : 8;
  const most = longestCount(plan);
  const perUnit = 2 ** unitBits - 1;
  const countUnits = most <= perUnit ? 1 : most <= 65535 ? 16 / unitBits : 32 / unitBits;
  const isSingle = plan.form === 'single';
  const headUnits = isSingle && !plan.networks.includes(null) ? 0 : widest < perUnit ? 1 : 16 / unitBits;
  const none = headUnits * unitBits === 16 ? 65535 : 255;
  const biases = plan.networks.flatMap((network) => network?.neurons.map(({ bias }) => bias) ?? []);
  const largestBias = biases.reduce((largest, bias) => Math.max(largest, Math.abs(bias)), 0);
  const biasUnits = largestBias === 0 ? 0 : (largestBias <= 32767 ? 16 : 32) / unitBits;
  const groups = layout === 'planes' ? usedGroups(plan) : null;
  const planes = Math.ceil(Math.log2(plan.weightBound + 1));
  const ternary = plan.weightBound === 1;
  const units: number[] = [];
  const number = (value: number, count: number): void => {
    for (let k = 0; k < count; k++) units.push(Math.floor(value / 2 ** (k * unitBits)) & perUnit);
  };
  const listed = (index: readonly number[], weight: readonly number[] | null): void => {
    number(index.length, countUnits);
    let next = 0;
    for (const [k, i] of index.entries()) {
      if (layout === 'indices') units.push(i);
      else {
        let gap = i - next;
        for (; gap >= SKIP; gap -= SKIP) units.push(SKIP);
        units.push(gap);
        next = i + 1;
      }
      if (weight !== null) units.push(weight[k] & perUnit);
    }
  };
  const planed = ({ index, weight }: PlannedNeuron, which: readonly number[]): void => {
    const dense = new Map(index.map((i, k) => [i, weight[k]]));
    for (const group of which) {
      const eight = Array.from({ length: 8 }, (_, k) => dense.get(8 * group + k) ?? 0);
      const byteOf = (isSet: (w: number) => boolean): number =>
        eight.reduce((byte, w, k) => (isSet(w) ? byte | (1 << k) : byte), 0);
      units.push(byteOf((w) => w < 0));
      for (let plane = 0; plane < planes; plane++)
        units.push(byteOf((w) => ((Math.abs(w) >> plane) & 1) === 1));
    }
  };
  const neuron = (planned: PlannedNeuron, which: readonly number[] | null): void => {
    const { index, weight } = planned;
    if (which !== null) planed(planned, which);
    else if (ternary) {
      for (const sign of [1, -1])
        listed(
          index.filter((_, k) => weight[k] === sign),
          null,
        );
    } else listed(index, weight);
  };
  for (const network of plan.networks) {
    if (network === null) {
      number(none, headUnits);
      continue;
    }
    number(network.neurons.length, headUnits);
    for (const planned of network.neurons) {
      number(planned.bias, biasUnits);
      neuron(planned, groups);
    }
    if (plan.form === 'tables') table(network.table as readonly (0 | 1)[], unitBits, units);
    if (plan.form !== 'layers') continue;
    for (const [l, rows] of network.upper.entries()) {
      const which = groups === null ? null : allGroups(plan.layers[l]);
      for (const row of rows) neuron(sparse(row), which);
    }
  }
  const isAll = groups !== null && groups.length === Math.ceil(plan.inputs / 8);
  const stored = groups === null || isAll ? null : groups;
  const groupBytes = stored === null ? 0 : stored.length * (plan.inputs > 2048 ? 2 : 1);
  const bytes = (units.length * unitBits) / 8 + groupBytes;
  return {
    ...{
      layout,
      unitBits,
      units,
      countUnits,
      biasUnits,
      headUnits,
      none,
      groups: stored,
      planes,
      ternary,
      bytes,
    },
  };
}

function table(answers: readonly (0 | 1)[], unitBits: number, units: number[]): void {
  for (let from = 0; from < answers.length; from += unitBits) {
    units.push(answers.slice(from, from + unitBits).reduce<number>((unit, bit, k) => unit + bit * 2 ** k, 0));
  }
}

function sparse(row: readonly number[]): PlannedNeuron {
  const index = [...row.keys()].filter((i) => row[i] !== 0);
  return { index, weight: index.map((i) => row[i]), bias: 0 };
}

function longestCount({ networks, form }: Plan): number {
  let most = 0;
  for (const network of networks) {
    if (network === null) continue;
    for (const { index } of network.neurons) most = Math.max(most, index.length);
    if (form === 'layers')
      for (const rows of network.upper) for (const row of rows) most = Math.max(most, row.length);
  }
  return most;
}

function usedGroups(plan: Plan): number[] {
  // One at least, so that there is something to loop over.
  const used = new Set<number>([0]);
  for (const network of plan.networks) {
    for (const { index } of network?.neurons ?? []) for (const i of index) used.add(i >> 3);
  }
  return [...used].sort((a, b) => a - b);
}

function allGroups(width: number): number[] {
  return Array.from({ length: Math.ceil(width / 8) }, (_, group) => group);
}
