import { ENUMERATED, UpperFunction } from '../certify/upper.js';
import type { EnsembleModel } from '../ensemble/model/model.js';
import type { VoteRule } from '../ensemble/types.js';
import { linkCount } from '../network/links.js';
import type { Network } from '../network/types.js';
import type { Front } from './front.js';

/*
 * A model as a converter for small machines wants it: every network simplified without changing one answer. A first-layer neuron
 * whose sum cannot change its sign (no weights; or none below zero where inputs are bytes) is a constant, one that the layers above
 * never listen to is left out, and layers above few neurons are a table of their answers.
 */

export interface PlannedNeuron {
  /** Inputs with a weight, ascending. */
  readonly index: readonly number[];
  readonly weight: readonly number[];
  /** Added to the sum: the neuron's own bias, less what the front takes off its inputs. */
  readonly bias: number;
}

export interface PlannedNetwork {
  readonly neurons: readonly PlannedNeuron[];
  /** Answers by the neurons' signs as bits, 1 for the first class. `null`: the model's form is not `tables`. */
  readonly table: readonly (0 | 1)[] | null;
  /** The layers above the first; used where the form is `layers`. */
  readonly upper: Network['weights'];
}

/** `single`: one neuron a pair. `tables`: answers by signs. `layers`: layers above the first as they are. */
export type Form = 'single' | 'tables' | 'layers';

export interface Plan {
  readonly classes: readonly string[];
  readonly vote: VoteRule;
  /** Of the networks; the caller gives `front.values`. */
  readonly inputs: number;
  readonly weightBound: number;
  readonly front: Front;
  readonly form: Form;
  /** Neurons of each layer above the inputs, before anything was left out. */
  readonly layers: readonly number[];
  /** One entry a pair; `null` does not vote. */
  readonly networks: readonly (PlannedNetwork | null)[];
  /** Whether the certified radius of an answer is given out. */
  readonly certify: boolean;
  /** Whether the radii of networks are computed, for that or for the vote: then only what no input at all can change is a constant. */
  readonly radius: boolean;
  /** No sum, nor part of one, is larger. */
  readonly largestSum: number;
}

export interface PlanOptions {
  readonly vote: VoteRule;
  readonly certify: boolean;
  readonly radius: boolean;
  readonly front: Front;
}

/** Tables up to this many bits are always worth it, wider ones where they are smaller than the weights. */
const SMALL_TABLE = 6;

export function planModel(model: EnsembleModel, options: PlanOptions): Plan {
  const { layers, weightBound, classes } = model;
  const { front } = options;
  const single = layers.length === 2;
  const whole = model.pairs.map(({ network }) => (network === null ? null : firstLayerOf(network, front)));
  const canTable = !single && layers[1] <= ENUMERATED;
  const simplified = whole.map((network) =>
    network === null || single ? network : canTable ? simplify(network, options) : null,
  );
  const form: Form = single
    ? 'single'
    : canTable && tablesPay(simplified, layers, weightBound)
      ? 'tables'
      : 'layers';
  const networks =
    form === 'layers' ? whole : form === 'tables' ? simplified : whole.map((n) => settled(n, options));
  return {
    classes,
    vote: options.vote,
    inputs: layers[0],
    weightBound,
    front,
    form,
    layers: layers.slice(1),
    networks,
    certify: options.certify,
    radius: options.radius,
    largestSum: largestSum(networks, front),
  };
}

type Loose = PlannedNetwork & { readonly network: Network };

function firstLayerOf(network: Network, front: Front): Loose {
  const neurons = network.weights[0].map((row, j): PlannedNeuron => {
    const index: number[] = [];
    const weight: number[] = [];
    let bias = network.biases?.[j] ?? 0;
    for (const [i, w] of row.entries()) {
      if (w === 0) continue;
      index.push(i);
      weight.push(w);
      if (front.kind === 'table' || front.kind === 'features') bias -= w * front.offset[i];
    }
    return { index, weight, bias: bias + 0 };
  });
  return { neurons, table: null, upper: network.weights.slice(1), network };
}

/** The sign that a neuron has on every input that can come in, or 0. */
function constantSign(neuron: PlannedNeuron, { front, radius }: PlanOptions): -1 | 0 | 1 {
  if (neuron.weight.length === 0) return neuron.bias >= 0 ? 1 : -1;
  if (radius) return 0;
  let [low, high] = [neuron.bias, neuron.bias];
  for (const w of neuron.weight) {
    low += w * (w > 0 ? front.low : front.high);
    high += w * (w > 0 ? front.high : front.low);
  }
  return low >= 0 ? 1 : high < 0 ? -1 : 0;
}

/** A single neuron that always answers the same needs no weights. */
function settled(network: Loose | null, options: PlanOptions): Loose | null {
  if (network === null) return null;
  const [neuron] = network.neurons;
  const sign = constantSign(neuron, options);
  if (sign === 0) return network;
  return { ...network, neurons: [{ index: [], weight: [], bias: sign > 0 ? 0 : -1 }] };
}

/** The network as a table over the neurons that it listens to. */
function simplify(network: Loose, options: PlanOptions): Loose {
  const { neurons } = network;
  const upper = new UpperFunction(network.network);
  const signs = neurons.map((neuron) => constantSign(neuron, options));
  const open = [...signs.keys()].filter((j) => signs[j] === 0);
  const fixed = signs.reduce((bits: number, sign, j) => (sign > 0 ? bits | (1 << j) : bits), 0);
  let kept = open;
  let table = tableOver(upper, fixed, kept);
  // A neuron that makes no difference makes none after others are gone either.
  for (const j of open) {
    const place = kept.indexOf(j);
    if (table.some((answer, bits) => answer !== table[bits ^ (1 << place)])) continue;
    kept = kept.filter((other) => other !== j);
    table = tableOver(upper, fixed, kept);
  }
  return { ...network, neurons: kept.map((j) => neurons[j]), table };
}

function tableOver(upper: UpperFunction, fixed: number, kept: readonly number[]): (0 | 1)[] {
  return Array.from({ length: 2 ** kept.length }, (_, bits) => {
    const all = kept.reduce((sum, j, place) => ((bits >> place) & 1 ? sum | (1 << j) : sum), fixed);
    return upper.entryOf(all) > 0 ? 1 : 0;
  });
}

function tablesPay(
  networks: readonly (Loose | null)[],
  layers: readonly number[],
  weightBound: number,
): boolean {
  const widest = networks.reduce((most, network) => Math.max(most, network?.neurons.length ?? 0), 0);
  if (widest <= SMALL_TABLE) return true;
  const present = networks.filter((network) => network !== null);
  const tables = present.reduce((sum, { neurons }) => sum + Math.ceil(2 ** neurons.length / 8), 0);
  const links = linkCount(layers.slice(1));
  return tables <= (present.length * links * (1 + Math.ceil(Math.log2(weightBound + 1)))) / 8;
}

/** No partial sum of any neuron is larger, in whatever order it is added up. */
function largestSum(networks: readonly (PlannedNetwork | null)[], front: Front): number {
  const largest = Math.max(Math.abs(front.low), Math.abs(front.high));
  let most = 0;
  for (const network of networks) {
    for (const { weight, bias } of network?.neurons ?? []) {
      const norm = weight.reduce((sum, w) => sum + Math.abs(w), 0);
      most = Math.max(most, norm * largest + Math.abs(bias));
    }
  }
  return most;
}

/** Non-zero weights of the first layers that are left: additions of the worst case. */
export function additions(plan: Plan): number {
  let sum = 0;
  for (const network of plan.networks) for (const { index } of network?.neurons ?? []) sum += index.length;
  return sum;
}
