import { InputError } from '../../errors.js';
import type { Hold } from '../../problem/solution.js';
import type { TrainingProblem } from '../../problem/types.js';
import { bruteStage } from '../brute/index.js';
import { type Setting, threshold } from './setting.js';
import { reject } from './types.js';

/*
 * The exact optimum of the layers above the first, once every first-layer activation of every kept sample is decided.
 * Those layers are then a training problem of their own: their samples are the activation patterns, +1 and -1, with the
 * labels of the samples; no input of it is ever 0, so all its inputs are active, and there is no radius, because all
 * first-layer activations are certain. The verifier enumerates it. Equal patterns are one sample, and the same set of
 * patterns is enumerated once.
 */
export class UpperOptimum {
  private readonly known = new Map<string, number | null>();
  private readonly hold: Hold;

  constructor(private readonly setting: Setting) {
    const { hold } = setting;
    this.hold = hold.kind === 'margins' ? { kind: 'margins', margins: hold.margins.slice(1) } : hold;
  }

  /**
   * MM: the largest sum of upper margins with all outputs right; MW: the fewest upper non-zeros that keep the hold;
   * `null`: there is none.
   *
   * @param side of first-layer neuron j on kept sample k
   */
  of(side: (j: number, k: number) => number): number | null {
    const { neurons, labels, single } = this.setting;
    if (single || labels.length === 0) return 0;
    const patterns = new Map<string, number>();
    for (let k = 0; k < labels.length; k++) {
      let pattern = '';
      for (let j = 0; j < neurons; j++) pattern += side(j, k) > 0 ? '+' : '-';
      const label = patterns.get(pattern);
      if (label !== undefined && label !== labels[k]) return null;
      patterns.set(pattern, labels[k]);
    }
    return this.ofPatterns(patterns);
  }

  /** The same for activation patterns ('+' and '-', a character a neuron) and the outputs they have to get. */
  ofPatterns(patterns: ReadonlyMap<string, number>): number | null {
    const sorted = [...patterns].sort(([a], [b]) => (a < b ? -1 : 1));
    const key = sorted.map(([pattern, label]) => `${pattern}${label}`).join();
    let optimum = this.known.get(key);
    if (optimum === undefined) {
      optimum = this.enumerate(sorted);
      this.known.set(key, optimum);
    }
    return optimum;
  }

  private enumerate(patterns: readonly (readonly [string, number])[]): number | null {
    const { problem, stage } = this.setting;
    const above: TrainingProblem = {
      layers: problem.layers.slice(1),
      weightBound: problem.weightBound,
      epsilon: problem.epsilon,
      samples: Int32Array.from(
        patterns.flatMap(([signs]) => [...signs].map((sign) => (sign === '+' ? 1 : -1))),
      ),
      sampleCount: patterns.length,
      labels: Int8Array.from(patterns, ([, label]) => label),
      linf: 0,
      confidence: threshold(problem),
    };
    const all = patterns.map((_, k) => k);
    try {
      return bruteStage(above, stage, all, this.hold).objective;
    } catch (error) {
      if (error instanceof InputError) return reject('the upper layers are too large to enumerate');
      throw error;
    }
  }
}
