import { canonicalJson } from './canonical-json.js';
import { Sha256, sha256 } from './sha256.js';

const PREFIX = 'sha256:';

/** The checksum of a JSON document: over the canonical text of everything but its field `checksum`. */
export function documentChecksum(document: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(document).filter(([key]) => key !== 'checksum');
  return PREFIX + sha256(canonicalJson(Object.fromEntries(entries)));
}

/**
 * The fingerprint of what a training reads: the values of the chosen samples as little-endian doubles, row by row, their
 * class indices, the class names, the levels of columns of texts, the extra samples and the weights of rows where there are any. Two runs with equal fingerprints and configurations train the same networks.
 */
export function dataFingerprint(
  values: Float64Array,
  columns: number,
  labels: Int32Array,
  classes: readonly string[],
  extra?: { readonly rows: Int32Array; readonly owners: Int32Array },
  levels?: readonly (readonly string[] | null)[],
  weights?: Int32Array,
): string {
  const hash = new Sha256();
  const named = levels === undefined ? {} : { levels };
  hash.update(JSON.stringify({ columns, samples: labels.length, classes, ...named }));
  hash.update(bytesOf(values));
  hash.update(bytesOf(labels));
  if (extra !== undefined) {
    hash.update(JSON.stringify({ extra: extra.owners.length }));
    hash.update(bytesOf(extra.rows));
    hash.update(bytesOf(extra.owners));
  }
  if (weights !== undefined) {
    hash.update(JSON.stringify({ weights: weights.length }));
    hash.update(bytesOf(weights));
  }
  return PREFIX + hash.hex();
}

/** WebAssembly runs only where typed arrays are little-endian in practice, so the view is the little-endian form. */
function bytesOf(array: Float64Array | Int32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
