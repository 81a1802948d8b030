import { strain } from '../base/clock';
import { evaluateConfidence } from '../network/evaluate';
import { copyNetwork, setWeight, weightAt, weightRow } from '../network/weights';
import { below, unit } from '../base/random';
import { COARSE, FREE, REFINE, snapped, stepOfRound } from '../neuron/weight-steps';
import { Boxes, leastWeight, mostWeight } from '../problem/boxes';
import { confidence, label, layerCount, sampleCount, size, weightBound } from '../problem/shape';
import { Evaluated, outputs } from '../network/state';
import { Steps } from '../neuron/state';
import { bestWalk, homeBest, homeWalk, walk, Walk } from './state';

/**
 * Simulated annealing over all weights of a network for the number of confident samples: the fallback where no single
 * separator exists (noise, contradictions, data that needs its hidden layers). The energy counts the samples that are
 * not confident, each with a small slope by how far its output is away, so that plateaus have a direction.
 *
 * Plain and complete: one random weight at a time, exact re-evaluation. Incremental sums were left out, for the samples
 * are few here and the recount is a SIMD pass.
 */

const ROUND = 4000; // moves from hot to cold
const HOT: f64 = 0.8;
const FREE_ROUNDS = 24; // of a cycle: with hidden layers the steps are a start, and not where the best networks lie
const WARM: f64 = 0.2; // where a round starts that refines the best network of coarser steps
const COLD: f64 = 0.03;

export function beginNetworkSearch(start: usize): void {
  copyNetwork(walk, start);
  copyNetwork(bestWalk, start);
  Walk.energy = energy();
  Walk.bestCount = Evaluated.confidentCount;
  Walk.turn = 0;
  Walk.stepping = false;
  Walk.homeCount = Walk.bestCount;
  copyNetwork(homeBest, start);
}

/** The best network so far. */
export function bestOfSearch(): usize {
  return bestWalk;
}

function energy(): f64 {
  evaluateConfidence(walk);
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
    if (Walk.turn % ROUND == 0) beginRound(Walk.turn / ROUND);
    Walk.turn++;
    Walk.temperature *= COOLING;
    // Upper layers hold few weights, each of which matters: give every layer the same share of the moves.
    const l = below(layerCount);
    const row = weightRow(walk, l, below(size(l + 1)));
    const i = below(size(l));
    const before = weightAt(row, i);
    const after = l == 0 && Boxes.ranged ? another(i, before) : anotherStep(before);
    if (after == before) continue;
    setWeight(row, i, after);
    const next = energy();
    if (next <= Walk.energy || unit() < Math.exp((Walk.energy - next) / Walk.temperature)) {
      Walk.energy = next;
      if (!Walk.stepping && Evaluated.confidentCount > Walk.homeCount) {
        Walk.homeCount = Evaluated.confidentCount;
        copyNetwork(homeBest, walk);
      }
      if (Evaluated.confidentCount > Walk.bestCount) {
        Walk.bestCount = Evaluated.confidentCount;
        copyNetwork(bestWalk, walk);
      }
    } else setWeight(row, i, before);
  }
  return Walk.bestCount;
}

/** Another value in {-P..P}, a multiple of the round's step. */
function anotherStep(before: i32): i32 {
  const most = weightBound / Steps.step;
  const keeps = before % Steps.step != 0; // then no value of the round is the one it has
  const after = below(keeps ? 2 * most + 1 : 2 * most) - most;
  return Steps.step * (!keeps && after * Steps.step >= before ? after + 1 : after);
}

/** Another value in the range of input `i`; the same one where there is no other. */
function another(i: i32, before: i32): i32 {
  const others = mostWeight(i) - leastWeight(i);
  if (others == 0) return before;
  const after = leastWeight(i) + below(others);
  return after < before ? after : after + 1;
}

/** Free rounds have a walk of their own: what the steps end in is a basin of ternary weights, and hot is not hot enough to leave it. */
function beginRound(round: i32): void {
  const kind = stepOfRound(round, 1, FREE_ROUNDS);
  Walk.temperature = kind == REFINE ? WARM : HOT;
  if (kind == COARSE) copyNetwork(homeWalk, walk);
  const away = Walk.stepping;
  Walk.stepping = kind != FREE;
  if (kind == REFINE) copyNetwork(walk, bestWalk);
  else if (round > 0 && below(2)) copyNetwork(walk, homeBest);
  else if (kind == FREE && away) copyNetwork(walk, homeWalk);
  else if (kind == FREE) return;
  if (Steps.step > 1) snap();
  Walk.energy = energy();
}

function snap(): void {
  for (let l = 0; l < layerCount; l++) {
    for (let j = 0; j < size(l + 1); j++) {
      const row = weightRow(walk, l, j);
      for (let i = 0; i < size(l); i++) setWeight(row, i, snapped(weightAt(row, i)));
    }
  }
}

/** (COLD / HOT)^(1 / ROUND). */
const COOLING: f64 = 0.99917958;
