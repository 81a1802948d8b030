import type { Network } from '../network/types.js';
import { type RandomSource, sfc32 } from '../random.js';
import { FirstLayers, type PlacedNetwork } from './first-layers.js';
import { checkInput } from './network.js';
import type { Clip } from './radius.js';

export interface AttackOptions {
  /** Values that an input may have, for instance `[0, 255]`; default: any. */
  readonly clip?: Clip;
  /** Larger changes are not looked for. Default: 255. */
  readonly maxRadius?: number;
  /** Of the random starts. Default: 0. */
  readonly seed?: number;
}

/** An input near the given one that has another answer. */
export interface Adversarial {
  /** The largest change of any coordinate. */
  readonly radius: number;
  readonly input: Int32Array;
}

/**
 * What an attack wants: the networks whose answers should turn next, most urgent first or in any order, or `null` where the
 * goal is reached. Reads answers and certified radii of all networks on the input of the moment.
 */
export type Goal = (answers: Int8Array, radii: Float64Array) => readonly number[] | null;

const STEPS = 24;
const DEFAULT_MAX_RADIUS = 255;
/** Pressures of networks that need turning grow by this a step, those of the others shrink. */
const GROWTH = 1.25;
const DECAY = 0.8;
const FORGOTTEN = 0.05;

/**
 * Looks for the smallest change that turns what networks answer together. Projected sign steps (Madry et al. 2018) on
 * the first-layer sums of those neurons whose signs have to change, bisection over the radius, and what was found at one
 * radius is the start at the next. Networks that are hard to turn, or turn back, gain weight as in the multiplicative
 * weights method: the best common direction of several neurons is a mixture of theirs. One step along the mean of their
 * weights, the variant that lost, finds no input where two neurons must turn against each other.
 *
 * Floating point only guides: an input counts when the exact evaluation says so. Deterministic by the seed.
 */
export class Attacker {
  private readonly state: FirstLayers;
  private readonly gradient: Float64Array;
  private readonly pressure: Float64Array;

  /** @param middle what inputs are less than the values that a clip is about; default: nothing */
  constructor(
    networks: readonly (Network | null)[],
    private readonly inputs: number,
    private readonly middle?: ArrayLike<number>,
  ) {
    this.state = new FirstLayers(networks);
    this.gradient = new Float64Array(inputs);
    this.pressure = new Float64Array(networks.length);
  }

  /** Answers and certified radii on an input; valid until the next call. */
  read(row: Int32Array, clip?: Clip): { readonly answers: Int8Array; readonly radii: Float64Array } {
    this.state.read(row, clip, this.middle);
    return this.state;
  }

  /**
   * The smallest change found that reaches one of the goals, `null` where none was.
   *
   * @param floor a radius at which no goal can be reached (a certificate)
   */
  smallest(
    row: Int32Array,
    goals: readonly Goal[],
    floor: number,
    options: AttackOptions = {},
  ): Adversarial | null {
    const most = options.maxRadius ?? DEFAULT_MAX_RADIUS;
    const random = sfc32(options.seed ?? 0, row.length);
    let low = floor;
    let best: Adversarial | null = null;
    for (let radius = Math.min(most, 2 * floor + 1); low < most; ) {
      const found = this.within(row, goals, radius, options.clip, best?.input ?? null, random);
      if (found !== null) best = this.shrunk(row, goals, found, low);
      else low = radius;
      if (best !== null && best.radius - low <= 1) break;
      radius = best === null ? Math.min(most, 2 * radius) : low + ((best.radius - low) >> 1);
    }
    return best;
  }

  /** An input within the radius that reaches a goal. */
  private within(
    row: Int32Array,
    goals: readonly Goal[],
    radius: number,
    clip: Clip | undefined,
    start: Int32Array | null,
    random: RandomSource,
  ): Int32Array | null {
    for (const goal of goals) {
      const starts = start === null ? [row] : [start, row];
      for (const from of starts) {
        const found = this.descend(row, from, goal, radius, clip);
        if (found !== null) return found;
      }
    }
    const somewhere = row.map((x) => x + ((random() & 1) === 0 ? radius : -radius));
    return this.descend(row, somewhere, goals[0], radius, clip);
  }

  private descend(
    row: Int32Array,
    from: Int32Array,
    goal: Goal,
    radius: number,
    clip: Clip | undefined,
  ): Int32Array | null {
    // A value that is beyond the clip already may stay where it is.
    const [least, most] = clip ?? [-Infinity, Infinity];
    const taken = (i: number): number => (this.middle === undefined ? 0 : this.middle[i]);
    const lowest = row.map((x, i) => Math.min(x, Math.max(least - taken(i), x - radius)));
    const highest = row.map((x, i) => Math.max(x, Math.min(most - taken(i), x + radius)));
    const near = from.map((x, i) => between(x, lowest[i], highest[i]));
    this.pressure.fill(0);
    for (let step = 0; step < STEPS; step++) {
      this.state.read(near);
      const turning = goal(this.state.answers, this.state.radii);
      if (turning === null) return near;
      if (!this.aim(turning)) return null;
      const length = Math.max(1, Math.floor((2 * radius) / (1 + step / 2)));
      for (let i = 0; i < this.inputs; i++) {
        if (this.gradient[i] === 0) continue;
        const moved = near[i] - length * Math.sign(this.gradient[i]);
        near[i] = between(moved, lowest[i], highest[i]);
      }
    }
    this.state.read(near);
    return goal(this.state.answers, this.state.radii) === null ? near : null;
  }

  /** Sets the direction that must be left behind; false where nothing can move. */
  private aim(turning: readonly number[]): boolean {
    const { placed } = this.state;
    const { pressure, gradient } = this;
    for (let n = 0; n < pressure.length; n++) pressure[n] *= DECAY;
    for (const n of turning) pressure[n] = Math.max(1, (pressure[n] / DECAY) * GROWTH);
    gradient.fill(0);
    const wanted = new Set(turning);
    let any = false;
    for (const [n, network] of placed.entries()) {
      if (network === null || pressure[n] < FORGOTTEN) continue;
      // A network that has turned is held where it is: away from turning back.
      any = this.push(network, this.state.radii[n], (wanted.has(n) ? 1 : -1) * pressure[n]) || any;
    }
    return any;
  }

  /** Adds the directions in which the signs of a network's cheapest flip set grow. */
  private push(network: PlacedNetwork, radius: number, strength: number): boolean {
    if (radius === Number.POSITIVE_INFINITY) return false;
    const { start, input, weight, sums, holds, norms } = this.state;
    for (const h of flipSet(network, sums, holds, radius)) {
      const rate = (strength / norms[h]) * (sums[h] >= 0 ? 1 : -1);
      for (let k = start[h]; k < start[h + 1]; k++) this.gradient[input[k]] += rate * weight[k];
    }
    return true;
  }

  /** Fewer and smaller changes that still reach a goal: the found one cut off at smaller and smaller radii. */
  private shrunk(row: Int32Array, goals: readonly Goal[], found: Int32Array, floor: number): Adversarial {
    const distance = (input: Int32Array): number =>
      input.reduce((most, x, i) => Math.max(most, Math.abs(x - row[i])), 0);
    let best = found;
    let low = floor;
    for (let high = distance(found); high - low > 1; ) {
      const radius = (low + high) >> 1;
      const cut = row.map((x, i) => between(best[i], x - radius, x + radius));
      this.state.read(cut);
      if (goals.some((goal) => goal(this.state.answers, this.state.radii) === null)) {
        best = cut;
        high = distance(cut);
      } else low = radius;
    }
    return { radius: distance(best), input: best };
  }
}

/**
 * The neurons (by their place among all) whose flip turns a network's answer at the least cost: among those that are
 * open just beyond its certified radius, the completion with another output and the smallest sum of hold radii.
 */
function flipSet(
  { offset, upper }: PlacedNetwork,
  sums: Float64Array,
  holds: Float64Array,
  radius: number,
): number[] {
  const open: number[] = [];
  let bits = 0;
  for (let j = 0; j < upper.width; j++) {
    if (sums[offset + j] >= 0) bits |= 1 << j;
    if (holds[offset + j] <= radius) open.push(j);
  }
  if (!upper.hasTable) return open.map((j) => offset + j);
  const output = upper.entryOf(bits);
  let best: number[] = open;
  let least = Number.POSITIVE_INFINITY;
  for (let subset = 1; subset < 2 ** open.length; subset++) {
    const flips = open.filter((_, k) => (subset >> k) & 1);
    if (upper.entryOf(flips.reduce((mask, j) => mask ^ (1 << j), bits)) === output) continue;
    const cost = flips.reduce((sum, j) => sum + 1 + holds[offset + j], 0);
    if (cost < least) {
      least = cost;
      best = flips;
    }
  }
  return best.map((j) => offset + j);
}

function between(x: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, x));
}

/**
 * Looks for the smallest change of one input that turns one network's answer; `null` where none was found.
 *
 * @param input `layers[0]` integers
 * @throws InputError for another number of inputs, and for what is no whole number
 */
export function attackNetwork(
  network: Network,
  input: ArrayLike<number>,
  options: AttackOptions = {},
): Adversarial | null {
  checkInput(network, input);
  const row = Int32Array.from(input);
  const attacker = new Attacker([network], row.length);
  const { answers, radii } = attacker.read(row, options.clip);
  const answer = answers[0];
  if (radii[0] === Number.POSITIVE_INFINITY) return null;
  return attacker.smallest(row, [(now) => (now[0] === answer ? [0] : null)], radii[0], options);
}
