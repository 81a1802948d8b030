import { spend, strain } from '../base/clock';
import { breathe } from '../base/pause';
import { copyNetwork, setWeight, weightAt, weightRow } from '../network/weights';
import { firstNonzeros } from '../network/limits';
import { isCounted, restWeight } from '../problem/boxes';
import { isUnsparing, Limits } from '../problem/limits';
import { inputs, kept, keptCount, sampleRow, size } from '../problem/shape';
import { offer } from '../record/incumbent';
import { trimmed, trimSizes } from './state';

/**
 * A network for searches that know no limit of non-zeros, fitted to one: the weights go that move the rows least, `|w_i| sum_k |x_ki|`, over all
 * neurons of the first layer. Rough, and there so that such a stage has a network at all; what costs least to leave out is MW's question.
 */
export function offerTrimmed(network: usize): bool {
  if (isUnsparing()) return offer(network);
  copyNetwork(trimmed, network);
  let over = firstNonzeros(trimmed) - Limits.nonzeros;
  if (over <= 0) return offer(network);
  measureColumns();
  for (; over > 0; over--) if (!dropSmallest()) return false;
  return offer(trimmed);
}

function measureColumns(): void {
  for (let i = 0; i < inputs; i++) {
    let sum: f64 = 1;
    for (let index = 0; index < keptCount; index++) sum += <f64>abs(<i32>load<i16>(sampleRow(kept(index)) + (<usize>i << 1)));
    store<f64>(trimSizes + (<usize>i << 3), sum);
    breathe();
    strain(<f64>keptCount);
  }
}

/** False where every weight that is left cannot be 0. */
function dropSmallest(): bool {
  let neuron = -1;
  let input = -1;
  let least = Infinity;
  for (let j = 0; j < size(1); j++) {
    const row = weightRow(trimmed, 0, j);
    breathe();
    for (let i = 0; i < inputs; i++) {
      const w = weightAt(row, i);
      if (w == 0 || !isCounted(i) || restWeight(i) != 0) continue;
      const moves = <f64>abs(w) * load<f64>(trimSizes + (<usize>i << 3));
      if (moves >= least) continue;
      least = moves;
      neuron = j;
      input = i;
    }
    spend(<f64>inputs / 2);
  }
  if (input < 0) return false;
  setWeight(weightRow(trimmed, 0, neuron), input, 0);
  return true;
}
