import { fillExtreme, fillRow, restRow, setWeight, weightRow } from '../network/weights';
import { strain } from '../base/clock';
import { breathe } from '../base/pause';
import { Boxes, radiusOf } from '../problem/boxes';
import { confidence, groupCount, inputs, label, layerCount, sampleCount, sampleRow, size, weightBound } from '../problem/shape';
import { offer } from '../record/incumbent';
import { inputCounts, obvious } from './state';

/**
 * The networks that anybody would try first, so that SM answers with something however early it is stopped: all weights of
 * the first layer P or all -P (the ends of their ranges), one input alone, and (hidden layers) one label for everything. The layers above pass on what
 * the first says: all their weights are P. Costs a few recounts, and one look at every sample for all inputs at once.
 */

/** With more values in the samples single inputs are left out, lest the first answer be late. */
const MOST_VALUES: f64 = 16777216;

export function offerObvious(): void {
  passOn();
  for (let sign = 1; sign >= -1; sign -= 2) {
    for (let j = 0; j < size(1); j++) fillExtreme(weightRow(obvious, 0, j), sign);
    offer(obvious);
  }
  if (groupCount == 0 && !Boxes.ranged && <f64>sampleCount * <f64>inputs <= MOST_VALUES) offerInput();
  if (layerCount > 1) offerLabels();
}

/** All weights above the first layer are P. */
function passOn(): void {
  for (let l = 1; l < layerCount; l++) {
    for (let j = 0; j < size(l + 1); j++) fillRow(weightRow(obvious, l, j), l, weightBound);
  }
}

/** The input that alone, with one sign or the other, is confidently right most often. */
function offerInput(): void {
  memory.fill(inputCounts, 0, <usize>inputs << 3);
  // With hidden layers the first layer has to be certain, and the output is then as large as it can be.
  const least = layerCount == 1 ? confidence : 0;
  if (layerCount > 1 && size(layerCount - 1) * weightBound < confidence) return;
  for (let k = 0; k < sampleCount; k++) {
    breathe();
    strain(<f64>(inputs * 2));
    const row = sampleRow(k);
    const y = label(k);
    // sgn(0) = +1: a - side has to be reached, a + side only not to be lost.
    const bar = least + i32(layerCount > 1 && y < 0);
    for (let i = 0; i < inputs; i++) {
      const s = y * weightBound * <i32>load<i16>(row + (<usize>i << 1));
      const at = inputCounts + (<usize>i << 3);
      const asked = bar + radiusOf(i) * weightBound;
      if (s >= asked) store<i32>(at, load<i32>(at) + 1);
      if (-s >= asked) store<i32>(at, load<i32>(at, 4) + 1, 4);
    }
  }
  let most = 0;
  let pick = -1;
  let sign = 1;
  for (let i = 0; i < inputs; i++) {
    const at = inputCounts + (<usize>i << 3);
    if (load<i32>(at) > most) {
      most = load<i32>(at);
      pick = i;
      sign = 1;
    }
    if (load<i32>(at, 4) > most) {
      most = load<i32>(at, 4);
      pick = i;
      sign = -1;
    }
  }
  if (pick < 0) return;
  for (let j = 0; j < size(1); j++) {
    const row = weightRow(obvious, 0, j);
    fillRow(row, 0, 0);
    setWeight(row, pick, sign * weightBound);
  }
  offer(obvious);
}

/** + for everything, - for everything: a first layer without weights is +. */
function offerLabels(): void {
  for (let j = 0; j < size(1); j++) restRow(weightRow(obvious, 0, j));
  const last = weightRow(obvious, layerCount - 1, 0);
  for (let sign = 1; sign >= -1; sign -= 2) {
    fillRow(last, layerCount - 1, sign * weightBound);
    offer(obvious);
  }
}
