import { dotI16 } from '../base/kernels/simd';
import { spend } from '../base/clock';
import { breathe, perBreath } from '../base/pause';
import { confidence, inputsPadded, kept, keptCount, label, layerCount, marginOf, neuronCount, paddedInputs, sampleCount, sampleRow, size } from '../problem/shape';
import { tollOfRow, weightRow } from './weights';
import { confidentFlags, Evaluated, margins, outputs, signsAbove, signsBelow, slackRow } from './state';

/**
 * The exact value of a network, in integers: what every incumbent is accepted by, whatever found it.
 */

/** Evaluates SM's count over all samples (and their flags). */
export function evaluateConfidence(network: usize): i32 {
  prepare(network);
  Evaluated.confidentCount = 0;
  const block = perBreath(Evaluated.networkElements);
  for (let from = 0; from < sampleCount; from += block) {
    breathe();
    const to = min(sampleCount, from + block);
    for (let k = from; k < to; k++) {
      const flag = classify(network, k, false);
      store<u8>(confidentFlags + <usize>k, u8(flag));
      Evaluated.confidentCount += i32(flag);
    }
  }
  return Evaluated.confidentCount;
}

/**
 * Evaluates the margins on the kept samples. `Evaluated.keptRight` says whether all of them are right; the sum of the margins is
 * MM's objective then, in units of 1/D. No kept sample: all margins 0.
 */
export function evaluateMargins(network: usize): i64 {
  prepare(network);
  for (let j = 0; j < neuronCount; j++) store<i32>(margins + (<usize>j << 2), keptCount ? i32.MAX_VALUE : 0);
  Evaluated.keptRight = true;
  const block = perBreath(Evaluated.networkElements);
  for (let from = 0; from < keptCount; from += block) {
    breathe();
    const to = min(keptCount, from + block);
    for (let index = from; index < to; index++) classify(network, kept(index), true);
  }
  let sum: i64 = 0;
  for (let j = 0; j < neuronCount; j++) {
    const m = load<i32>(margins + (<usize>j << 2));
    if (m < 0) Evaluated.keptRight = false;
    sum += <i64>m;
  }
  return sum;
}

function prepare(network: usize): void {
  const width = size(1);
  for (let j = 0; j < width; j++) {
    store<i32>(slackRow + (<usize>j << 2), tollOfRow(weightRow(network, 0, j)));
  }
  spend(<f64>(width * inputsPadded) / 8);
}

/**
 * One sample through all layers. With `lower` its margins lower `margins` (last layer: the side is the label). Returns
 * whether the sample counts for SM.
 */
function classify(network: usize, k: i32, lower: bool): bool {
  let row = network;
  let input = sampleRow(k);
  let certain = true;
  let below = signsBelow;
  let above = signsAbove;
  let neuron: usize = 0;
  for (let l = 0; l < layerCount; l++) {
    const width = size(l + 1);
    const length = paddedInputs(l);
    const last = l == layerCount - 1;
    let sum = 0;
    spend(<f64>(width * (length + 64)) / 8);
    for (let j = 0; j < width; j++) {
      sum = dotI16(row, input, length);
      row += <usize>length << 1;
      const slack = l == 0 ? load<i32>(slackRow + (<usize>j << 2)) : 0;
      const side = last ? label(k) : sum >= 0 ? 1 : -1;
      const margin = marginOf(sum, side, slack);
      if (lower) {
        const at = margins + ((neuron + <usize>j) << 2);
        if (margin < load<i32>(at)) store<i32>(at, margin);
      }
      if (last) {
        store<i32>(outputs + (<usize>k << 2), sum);
        return certain && side * sum - slack >= confidence;
      }
      if (margin < 0) certain = false;
      store<i16>(above + (<usize>j << 1), <i16>side);
    }
    for (let j = width; j < ((width + 7) & ~7); j++) store<i16>(above + (<usize>j << 1), 0);
    neuron += <usize>width;
    const swap = below;
    below = above;
    above = swap;
    input = below;
  }
  return false;
}
