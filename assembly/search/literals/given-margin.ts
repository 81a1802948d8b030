import { breathe } from '../../base/pause';
import { certificateOfRow, measureRow, prepareCertify } from '../../network/certify';
import { Certificates } from '../../network/state';
import { kept, keptCount, label, size } from '../../problem/shape';
import { incumbent, setBoundGiven } from '../../record/incumbent';
import { boundBySides } from './certificate-settle';
import { CertificateTree, relied } from './state';

/**
 * Robust MM with hidden layers: the largest margin of any network whose rows are certified by the literals that certify them in the incumbent. With these given
 * the neurons have nothing to do with each other any more, and the least of their relaxations is a bound: what rows it needs it generates (relax/lp), so hundreds of
 * copies cost what the few do that bind. It says how good the weights are; whether other rows should rely on other neurons, the tree over
 * certificates asks.
 */

/** Tells the bound of the incumbent as it stands, all of whose kept rows are certified. */
export function boundGivenMargin(ceiling: i32): void {
  prepareCertify(incumbent);
  for (let k = 0; k < keptCount; k++) {
    breathe();
    measureRow(incumbent, kept(k));
    const needed = certificateOfRow(label(kept(k)));
    for (let j = 0; j < size(1); j++) {
      const side = (needed >>> j) & 1 ? ((Certificates.sides >>> j) & 1 ? 1 : -1) : 0;
      store<i8>(reliedOn(j) + <usize>k, <i8>side);
    }
  }
  let least = ceiling;
  for (let j = 0; j < size(1); j++) least = min(least, boundBySides(reliedOn(j), ceiling));
  setBoundGiven(<i64>least);
}

/** i8 [K]: the literals of neuron `j` that rows rely on. */
// @ts-ignore: decorator
@inline
function reliedOn(j: i32): usize {
  return relied + <usize>j * CertificateTree.sidesBytes;
}
