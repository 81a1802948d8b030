import { strain } from '../base/clock';
import { evaluateConfidence } from '../network/evaluate';
import { copyNetwork, newNetwork, setWeight, weightAt, weightRow } from '../network/weights';
import { below, unit } from '../base/random';
import { COARSE, FREE, REFINE, snapped, step, stepOfRound } from '../neuron/weight-steps';
import { confidence, label, layerCount, sampleCount, size, weightBound } from '../problem/shape';
import { Evaluated, outputs } from '../network/state';

/**
 * Simulated annealing over all weights of a network for the number of confident samples: the fallback where no single
 * separator exists (noise, contradictions, data that needs its hidden layers). The energy counts the samples that are
 * not confident, each with a small slope by how far its output is away, so that plateaus have a direction.
 *
 * Plain and complete: one random weight at a time, exact re-evaluation. Incremental sums were left out, for the samples
 * are few here and the recount is a SIMD pass.
 */
let current: usize = 0;
let best: usize = 0;
let home: usize = 0; // where the free rounds have come to while steps are taken
let homeBest: usize = 0; // and the best they have met
let homeCount: i32 = 0;
let stepping: bool = false;
let currentEnergy: f64 = 0;
let bestCount: i32 = 0;
let temperature: f64 = 1;
let turn: i32 = 0;

const ROUND = 4000; // moves from hot to cold
const HOT: f64 = 0.8;
const FREE_ROUNDS = 24; // of a cycle: with hidden layers the steps are a start, and not where the best networks lie
const WARM: f64 = 0.2; // where a round starts that refines the best network of coarser steps
const COLD: f64 = 0.03;

export function reserveNetworkSearch(): void {
  current = newNetwork();
  best = newNetwork();
  home = newNetwork();
  homeBest = newNetwork();
}

export function beginNetworkSearch(start: usize): void {
  copyNetwork(current, start);
  copyNetwork(best, start);
  currentEnergy = energy();
  bestCount = Evaluated.confidentCount;
  turn = 0;
  stepping = false;
  homeCount = bestCount;
  copyNetwork(homeBest, start);
}

/** The best network so far. */
export function bestOfSearch(): usize {
  return best;
}

function energy(): f64 {
  evaluateConfidence(current);
  let sum: f64 = 0;
  strain(<f64>sampleCount);
  const reach: f64 = 1 / <f64>(2 * weightBound * size(layerCount - 1) + 2 * confidence);
  for (let k = 0; k < sampleCount; k++) {
    const short = <f64>(confidence - label(k) * load<i32>(outputs + (<usize>k << 2)));
    if (short > 0) sum += 0.6 + 0.4 * min<f64>(1, short * reach);
  }
  return sum;
}

/** `moves` more moves; returns the best count so far. */
export function searchNetwork(moves: i32): i32 {
  for (let move = 0; move < moves; move++) {
    if (turn % ROUND == 0) beginRound(turn / ROUND);
    turn++;
    temperature *= COOLING;
    // Upper layers hold few weights, each of which matters: give every layer the same share of the moves.
    const l = below(layerCount);
    const row = weightRow(current, l, below(size(l + 1)));
    const i = below(size(l));
    const before = weightAt(row, i);
    const most = weightBound / step;
    const keeps = before % step != 0; // then no value of the round is the one it has
    let after = below(keeps ? 2 * most + 1 : 2 * most) - most;
    if (!keeps && after * step >= before) after++;
    setWeight(row, i, after * step);
    const next = energy();
    if (next <= currentEnergy || unit() < Math.exp((currentEnergy - next) / temperature)) {
      currentEnergy = next;
      if (!stepping && Evaluated.confidentCount > homeCount) {
        homeCount = Evaluated.confidentCount;
        copyNetwork(homeBest, current);
      }
      if (Evaluated.confidentCount > bestCount) {
        bestCount = Evaluated.confidentCount;
        copyNetwork(best, current);
      }
    } else setWeight(row, i, before);
  }
  return bestCount;
}

/** Free rounds have a walk of their own: what the steps end in is a basin of ternary weights, and hot is not hot enough to leave it. */
function beginRound(round: i32): void {
  const kind = stepOfRound(round, 1, FREE_ROUNDS);
  temperature = kind == REFINE ? WARM : HOT;
  if (kind == COARSE) copyNetwork(home, current);
  const away = stepping;
  stepping = kind != FREE;
  if (kind == REFINE) copyNetwork(current, best);
  else if (round > 0 && below(2)) copyNetwork(current, homeBest);
  else if (kind == FREE && away) copyNetwork(current, home);
  else if (kind == FREE) return;
  if (step > 1) snap();
  currentEnergy = energy();
}

function snap(): void {
  for (let l = 0; l < layerCount; l++) {
    for (let j = 0; j < size(l + 1); j++) {
      const row = weightRow(current, l, j);
      for (let i = 0; i < size(l); i++) setWeight(row, i, snapped(weightAt(row, i)));
    }
  }
}

/** (COLD / HOT)^(1 / ROUND). */
const COOLING: f64 = 0.99917958;
