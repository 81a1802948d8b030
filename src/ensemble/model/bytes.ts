import { linkCount } from '../../network/links.js';
import type { ModelPair } from './model.js';

/**
 * Bytes that the weights of a model need: of every network all weights in as few bits as their values need (two for -1, 0, 1), or
 * only those that are not zero, each with its place, whichever is less. Without names, stages and the like.
 */
export function weightBytes(
  pairs: readonly Pick<ModelPair, 'nonzero' | 'links' | 'network'>[],
  weightBound: number,
): number {
  const all = bitsFor(2 * weightBound + 1);
  const one = bitsFor(2 * weightBound);
  let bytes = 0;
  for (const { nonzero, links, network } of pairs) {
    if (network === null) continue;
    const places = nonzero * (bitsFor(links) + one);
    bytes += Math.ceil(Math.min(links * all, places) / 8);
  }
  return bytes;
}

/** What `weightBytes` says at most of so many networks of these layers. */
export function mostWeightBytes(networks: number, layers: readonly number[], weightBound: number): number {
  return networks * Math.ceil((linkCount(layers) * bitsFor(2 * weightBound + 1)) / 8);
}

/** Bits that tell so many things apart. */
function bitsFor(count: number): number {
  return Math.max(1, Math.ceil(Math.log2(count)));
}
