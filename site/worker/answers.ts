import { numberOf } from '../../src/data/cells.js';
import { rowOfFields } from '../../src/data/encoding.js';
import type { EnsembleClassifier } from '../../src/ensemble/predict/classifier.js';
import { InputReader } from '../../src/ensemble/reading.js';
import { InputError } from '../../src/errors.js';
import { forward, sgn } from '../../src/network/forward.js';
import { biasesOf } from '../../src/network/links.js';
import type { Network } from '../../src/network/types.js';
import type { AnswerView, CertificateView, WhyView } from './api.js';

type Sample = readonly (number | string)[];

/** Grey levels: an attack stays among pictures. */
const GREYS = [0, 255] as const;

/** What a classifier has to say of single samples. */
export class Answers {
  private readonly reader: InputReader;

  constructor(readonly classifier: EnsembleClassifier) {
    this.reader = new InputReader({ ...classifier.model, columns: classifier.inputs });
  }

  answer(sample: Sample): AnswerView {
    const row = this.rowOf(sample);
    const { label, votes } = this.classifier.answer(row);
    return { label, votes, decisions: this.classifier.decisions(row) };
  }

  /** Of an input in the units of a certificate, where these are the sample's own; `null` where values are scaled. */
  answerInput(input: Int32Array): AnswerView | null {
    const { scaling, encoding } = this.classifier.model;
    if (scaling.kind !== 'identity' || encoding !== undefined) return null;
    return this.answer(Array.from(input));
  }

  /**
   * What each input gives to the answer of a pair. Of a single neuron: weight times value. With layers above, a neuron counts for as much
   * as the output would change if it fell to the other side, the others as they are; an input for what it adds to neurons, times that.
   */
  why(sample: Sample, pair: number): WhyView | null {
    const network = this.classifier.pairs[pair]?.network;
    if (network === null || network === undefined) return null;
    const row = this.rowOf(sample);
    const input = this.reader.read(this.reader.scale(row, 0));
    const { activations } = forward(network, input);
    const says = neuronSays(network, activations[0]);
    const contributions = new Float64Array(input.length);
    for (const [j, weights] of network.weights[0].entries()) {
      if (says[j] === 0) continue;
      for (let i = 0; i < input.length; i++) contributions[i] += says[j] * weights[i] * input[i];
    }
    const bias = biasesOf(network).reduce((sum, one, j) => sum + (says[j] ?? 0) * one, 0);
    return { pair, answer: activations[activations.length - 1][0], contributions, bias };
  }

  certify(sample: readonly number[]): CertificateView {
    const { classifier } = this;
    const row = Float64Array.from(sample);
    const isImage = classifier.model.image !== undefined;
    const { label, radius } = isImage
      ? classifier.certifyPixels(row, { clip: GREYS, maxRadius: 128 })
      : classifier.certify(row);
    const attack =
      label === null
        ? null
        : isImage
          ? this.attackedPicture(row)
          : classifier.attack(row, { maxRadius: 200 });
    return { label, proved: radius, attack, input: this.reader.scale(row, 0).slice() };
  }

  /** The better one of the attacks that there are. */
  private attackedPicture(row: Float64Array): CertificateView['attack'] {
    const { classifier } = this;
    // Through a map there is only the one that knows nothing of the networks.
    if (classifier.model.features !== undefined) return classifier.attackPixels(row, { clip: GREYS });
    return classifier.attack(row, { clip: GREYS });
  }

  private rowOf(sample: Sample): Float64Array {
    const { encoding, columns } = this.classifier.model;
    if (encoding === undefined) {
      return Float64Array.from(sample, (field, c) => {
        const value = typeof field === 'number' ? field : numberOf(field.trim());
        if (Number.isFinite(value)) return value;
        throw new InputError(`${columns?.[c] ?? `value ${c}`}: expected a number`);
      });
    }
    return rowOfFields(
      encoding,
      sample.map((field, c) => {
        if (typeof field === 'number') return field;
        const text = field.trim();
        if (text === '' || text === '?') return null;
        const { kind } = encoding.columns[c];
        if (kind === 'category' || kind === 'order') return text;
        const value = numberOf(text);
        if (Number.isFinite(value)) return value;
        throw new InputError(`${columns?.[c] ?? `value ${c}`}: expected a number`);
      }),
    );
  }
}

/** Of every neuron of the first layer: half of what the output would change if it were on the other side, positive toward the first class. */
function neuronSays(network: Network, first: readonly (1 | -1)[]): number[] {
  if (network.layers.length === 2) return [1];
  const output = (signs: readonly number[]): number => {
    let values = signs;
    for (let layer = 1; ; layer++) {
      const sums = network.weights[layer].map((weights) =>
        weights.reduce((sum, weight, i) => sum + weight * values[i], 0),
      );
      if (layer === network.weights.length - 1) return sums[0];
      values = sums.map(sgn);
    }
  };
  return first.map((_, j) => {
    const at = (sign: number): number => output(first.map((one, k) => (k === j ? sign : one)));
    return (at(1) - at(-1)) / 2;
  });
}
