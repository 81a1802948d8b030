import {
  type Adversarial,
  Attacker,
  type AttackOptions,
  attackBySquares,
  type Clip,
  type Lead,
} from '../../certify/index.js';
import { InputError } from '../../errors.js';
import { checkOptionNames } from '../../option-names.js';
import { type MatrixChecks, toDense } from '../matrix.js';
import { probabilitiesOf } from '../model/calibration.js';
import {
  type EnsembleModel,
  type ModelDocument,
  type ModelPair,
  modelToDocument,
  valuesOfSample,
} from '../model/model.js';
import { type ModelLimits, readModel } from '../model/read.js';
import { InputReader } from '../reading.js';
import type { CertificateReport, Evaluation, Matrix, Perturbations, VoteRule } from '../types.js';
import { voteGoals, voteRadius } from '../vote/certificate.js';
import { elect, marginRadius, radiusLead, voteByMargin } from '../vote/margin.js';
import { type Ballot, countVotes, NO_LABEL, vote } from '../vote/vote.js';
import { worstBallot } from '../vote/worst-case.js';
import { NAMES, type PredictOptions } from './answer-options.js';
import {
  type Certifier,
  type CertifyOptions,
  checkClip,
  checkMaxRadius,
  evaluateCertificates,
} from './certify-evaluate.js';
import { ColumnCertifiers } from './column-certificate.js';
import { checkSeed, checkVoteRule, type EvaluateOptions, evaluate, type LabelledData } from './evaluate.js';
import { PixelCertifier } from './pixel-certificate.js';
import { Predictor } from './predictor.js';
import { certificateOf, type VoteCertificate } from './vote-certificate.js';

/** What an ensemble answers on a sample. */
export interface Answer {
  /** `null` for "no label". */
  readonly label: string | null;
  /** How many networks voted for each class. */
  readonly votes: readonly number[];
  /** As `EnsembleClassifier.scores`. */
  readonly scores: readonly number[];
  /** As `VoteCertificate.radius`, where it was asked for. */
  readonly radius?: number | null;
}

/** A change of a sample that changes the vote. */
export interface VoteAttack {
  /** The largest change of any coordinate, in the units that the networks read. */
  readonly radius: number;
  /** The changed sample, in these units. */
  readonly input: Int32Array;
  /** Its label, re-computed. */
  readonly label: string | null;
}

/** How far certificates in pixels are looked for. */
const DEFAULT_MOST_PIXELS = 255;

/**
 * A trained ensemble: one few-bit network for each pair of classes, and a vote. Made by `train`, or by
 * `EnsembleClassifier.load` from a saved model; immutable, synchronous, and free of the engine (prediction is integer
 * additions in plain JavaScript: 8000 MNIST images with 45 networks take about half a second).
 *
 * "No label" is `null` wherever a label is expected: the paper's vote leaves a tie of three or more undecided, and that
 * counts as wrong in `score` and `evaluate`.
 */
export class EnsembleClassifier {
  /** Class names, in the order of the confusion matrix and of `votes`. */
  readonly classes: readonly string[];
  /** One entry per pair of classes p < q, in lexicographic order, with its network and how its stages ended. */
  readonly pairs: readonly ModelPair[];
  /** Layer sizes of every network; `layers[0]` is what networks read: the values of a sample, or the features of an image. */
  readonly layers: readonly number[];

  /** Values of a sample. */
  readonly inputs: number;

  private readonly reader: InputReader;
  private readonly predictor: Predictor;
  private readonly answers: Int8Array;
  private readonly radii: Float64Array;
  private readonly outputs: Float64Array;
  private madeAttacker: Attacker | undefined;
  private readonly columnCertifiers: ColumnCertifiers;
  private madePixelCertifier: PixelCertifier | undefined;

  /** Takes a model as `train` and `readModel` make it (already checked); use `load` for anything from outside. */
  constructor(readonly model: EnsembleModel) {
    this.classes = model.classes;
    this.pairs = model.pairs;
    this.layers = model.layers;
    this.inputs = valuesOfSample(model);
    this.reader = new InputReader({ ...model, columns: this.inputs });
    this.predictor = new Predictor(
      model.pairs.map((pair) => pair.network),
      model.layers[0],
    );
    this.answers = new Int8Array(model.pairs.length);
    this.radii = new Float64Array(model.pairs.length);
    this.outputs = new Float64Array(model.pairs.length);
    this.columnCertifiers = new ColumnCertifiers(model);
  }

  /**
   * Reads a saved model: the text of a model file, or the object it parses to. Every field is checked and the checksum
   * must fit; throws `InputError` with one line that names the fault.
   *
   * @param where what messages call the model, for instance its file name
   * @param limits size limits to raise or lower
   */
  static load(json: unknown, where = 'model', limits: Partial<ModelLimits> = {}): EnsembleClassifier {
    return new EnsembleClassifier(readModel(json, where, limits));
  }

  /** The model file as a plain object, so `JSON.stringify(classifier)` saves it. The same model, the same text. */
  toJSON(): ModelDocument {
    return modelToDocument(this.model);
  }

  /**
   * The label of every sample, `null` for "no label".
   *
   * @param samples rows of `inputs` raw values: nested arrays, or `{ values, rows, columns }` over a typed array
   */
  predict(samples: Matrix, options: PredictOptions = {}): (string | null)[] {
    checkOptionNames(options, NAMES.predict, 'predict');
    const rule = checkVoteRule(options.vote);
    const { values, rows, columns } = this.dense(samples);
    const labels = new Array<string | null>(rows);
    for (let row = 0; row < rows; row++) {
      labels[row] = this.nameOf(this.ballot(this.read(values, row * columns), rule));
    }
    return labels;
  }

  /** The label of one sample, `null` for "no label". */
  predictOne(sample: ArrayLike<number>, options: PredictOptions = {}): string | null {
    checkOptionNames(options, NAMES.predict, 'predictOne');
    const rule = checkVoteRule(options.vote);
    return this.nameOf(this.ballot(this.read(this.denseRow(sample), 0), rule));
  }

  /**
   * Everything there is to say of one sample: label, votes, scores and, if asked for, the certified radius, as `predictOne`, `votes`,
   * `scores` and `certify` say them.
   */
  answer(sample: ArrayLike<number>, options: PredictOptions & { readonly certify?: boolean } = {}): Answer {
    checkOptionNames(options, NAMES.answer, 'answer');
    const rule = checkVoteRule(options.vote);
    return this.answerRow(this.read(this.denseRow(sample), 0), rule, options.certify ?? false);
  }

  private answerRow(row: Int32Array, rule: VoteRule, certify: boolean): Answer {
    const { answers, radii, classes } = this;
    // The vote's own radii go before those of a certificate, which are the same.
    if (certify || rule === 'margin') this.predictor.certify(row, 0, answers, radii);
    else this.predictor.answer(row, 0, answers);
    const { label } = elect(answers, radii, classes.length, rule);
    const votes = countVotes(answers, classes.length);
    if (classes.length === 2) this.predictor.outputs(row, 0, this.outputs);
    return {
      label: label === NO_LABEL ? null : classes[label],
      votes,
      scores: classes.length === 2 ? [this.outputs[0], 0 - this.outputs[0]] : votes,
      ...(certify ? { radius: label === NO_LABEL ? null : this.radiusOf(label, rule) } : {}),
    };
  }

  /** Of the answers and radii that were last computed. */
  private radiusOf(label: number, rule: VoteRule): number {
    const { answers, radii } = this;
    return rule === 'margin'
      ? marginRadius(answers, radii, this.classes.length, label)
      : voteRadius(answers, radii, this.hasNetwork, this.classes.length, label);
  }

  /** How many networks voted for each class on one sample; the sum is the number of pairs. */
  votes(sample: ArrayLike<number>): number[] {
    return countVotes(this.decisions(sample), this.classes.length);
  }

  /**
   * The answer of every network on one sample, in the order of `pairs`: 1 for its first class, -1 for its second, 0 where
   * a pair has no network.
   */
  decisions(sample: ArrayLike<number>): Int8Array {
    this.predictor.answer(this.read(this.denseRow(sample), 0), 0, this.answers);
    return this.answers.slice();
  }

  /**
   * What speaks for each class on one sample, the more the larger: of two classes the sum of the last layer for the first (>= 0 where the
   * answer is the first class) and its negative for the second; of more, the votes.
   */
  scores(sample: ArrayLike<number>): number[] {
    return [...this.scored(this.read(this.denseRow(sample), 0), 'paper').scores];
  }

  /** The same of every sample. */
  scoresOf(samples: Matrix): number[][] {
    const { values, rows, columns } = this.dense(samples);
    return Array.from({ length: rows }, (_, row) => [
      ...this.scored(this.read(values, row * columns), 'paper').scores,
    ]);
  }

  /**
   * What the calibration says of one sample: the probability of each class, in whole millionths with the sum 1; `undefined` for a model
   * without one (`trainInFolder` with `calibrate`, `fewbit train --calibrate`).
   */
  probabilities(sample: ArrayLike<number>): [number, number] | undefined {
    const { calibration } = this.model;
    return calibration === undefined ? undefined : probabilitiesOf(calibration, this.scores(sample)[0]);
  }

  /** The share of samples with the right label, in [0, 1]. Samples of unknown labels count as in `evaluate`. */
  score(samples: Matrix, labels: ArrayLike<string | number>, options: PredictOptions = {}): number {
    return this.evaluate({ samples, labels }, options).accuracy;
  }

  /** Accuracy, the paper's outcome codes and the confusion matrix; see `EvaluateOptions`. */
  evaluate(data: LabelledData, options: EvaluateOptions = {}): Evaluation {
    return evaluate(this.judge(), data, options);
  }

  /** Certified accuracy over the radius, and an attack on some of the samples; see `CertifyOptions`. */
  evaluateCertificates(data: LabelledData, options: CertifyOptions = {}): CertificateReport {
    return evaluateCertificates(this.judge(), data, options);
  }

  /**
   * How far the label of a sample provably holds. Exact integer arithmetic; for real perturbations as for integer ones.
   * With `clip`, only among inputs whose values stay in a range, such as grey levels in `[0, 255]`: further than for all.
   *
   * @param sample one row of raw values, scaled first like every sample
   */
  certify(
    sample: ArrayLike<number>,
    options: PredictOptions & { readonly clip?: Clip } = {},
  ): VoteCertificate {
    checkOptionNames(options, NAMES.certify, 'certify');
    const rule = checkVoteRule(options.vote);
    const row = this.read(this.denseRow(sample), 0);
    const { label, radius } = this.certified(row, rule, checkClip(options.clip));
    return label === NO_LABEL ? certificateOf(null, null) : certificateOf(this.classes[label], radius);
  }

  /**
   * Looks for the smallest change of a sample that changes its label (to another one, or to none); `null` where none was
   * found within `maxRadius`, or the sample has no label. A heuristic, and deterministic: what it finds is re-checked by
   * exact evaluation and never lies within the certified radius.
   */
  attack(sample: ArrayLike<number>, options: PredictOptions & AttackOptions = {}): VoteAttack | null {
    checkOptionNames(options, NAMES.attack, 'attack');
    const rule = checkVoteRule(options.vote);
    const row = this.read(this.denseRow(sample), 0).slice();
    const found = this.attacked(row, rule, {
      clip: checkClip(options.clip),
      seed: checkSeed(options.seed),
      maxRadius: checkMaxRadius(options.maxRadius),
    });
    if (found === null) return null;
    return { ...found, label: this.nameOf(this.ballot(found.input, rule)) };
  }

  /**
   * Looks for the smallest change of an image's pixels that changes its label, through the feature map where there is one: what `attack`
   * does to features need not be features of any image. `radius`, `maxRadius`, `clip` and `input` are in scaled values, grey levels of
   * most images. A heuristic, deterministic; what it finds has been evaluated.
   *
   * @throws InputError for a model that knows no image
   */
  attackPixels(sample: ArrayLike<number>, options: PredictOptions & AttackOptions = {}): VoteAttack | null {
    checkOptionNames(options, NAMES.attack, 'attackPixels');
    const rule = checkVoteRule(options.vote);
    const pixels = this.reader.scale(this.denseRow(sample), 0).slice();
    const found = this.pixelsAttacked(pixels, rule, {
      clip: checkClip(options.clip),
      seed: checkSeed(options.seed),
      maxRadius: checkMaxRadius(options.maxRadius),
    });
    if (found === null) return null;
    return { ...found, label: this.nameOf(this.ballot(this.reader.read(found.input), rule)) };
  }

  /**
   * How far the label of an image provably holds in its pixels, through the feature map where there is one; without, as `certify`. A lower bound,
   * in scaled values, grey levels of most images: what `attackPixels` finds is always beyond it.
   *
   * @param options.maxRadius how far is looked; default 255
   * @throws InputError for a model that knows no image
   */
  certifyPixels(
    sample: ArrayLike<number>,
    options: PredictOptions & { readonly clip?: Clip; readonly maxRadius?: number } = {},
  ): VoteCertificate {
    checkOptionNames(options, NAMES.pixels, 'certifyPixels');
    const rule = checkVoteRule(options.vote);
    const clip = checkClip(options.clip);
    const most = Math.floor(checkMaxRadius(options.maxRadius) ?? DEFAULT_MOST_PIXELS);
    const pixels = this.reader.scale(this.denseRow(sample), 0).slice();
    const { label } = this.ballot(this.reader.read(pixels), rule);
    if (label === NO_LABEL) return certificateOf(null, null);
    const radii = Array.from({ length: most }, (_, at) => at + 1);
    const radius = this.pixelsCertified(pixels, label, rule, radii, clip);
    return certificateOf(this.classes[label], radius);
  }

  /**
   * How far the label of a row of a table provably holds with all columns off at once: the largest multiple of their radii, in
   * hundredths and at most 100; `Infinity` where nothing changes it. Exact for single neurons of two classes.
   * @param options.perturb the radii (`sd`, `columns`); default: those of the training
   * @throws InputError where there are none, for images, for a column that it has not
   */
  certifyColumns(
    sample: ArrayLike<number>,
    options: PredictOptions & { readonly perturb?: Perturbations } = {},
  ): VoteCertificate {
    checkOptionNames(options, NAMES.columns, 'certifyColumns');
    const rule = checkVoteRule(options.vote);
    const values = this.denseRow(sample);
    const { label, radius } = this.certified(this.read(values, 0), rule);
    if (label === NO_LABEL) return certificateOf(null, null);
    const certifier = this.columnCertifiers.of(options.perturb ?? this.model.training.perturb);
    return certificateOf(
      this.classes[label],
      radius === Infinity ? radius : certifier.radius(values, 0, label, rule),
    );
  }

  private pixelsCertified(
    pixels: Int32Array,
    label: number,
    rule: VoteRule,
    radii: readonly number[],
    clip?: Clip,
  ): number {
    const { image, features } = this.model;
    if (image === undefined) throw new InputError('certifyPixels: the model is not one of images');
    if (features === undefined) {
      const { radius } = this.certified(pixels, rule, clip);
      return Math.min(radius, radii.at(-1) ?? 0);
    }
    this.madePixelCertifier ??= new PixelCertifier(
      { image, features },
      this.pairs.map((pair) => pair.network),
      this.classes.length,
    );
    return this.madePixelCertifier.radius(pixels, label, rule, radii, clip);
  }

  private pixelsAttacked(pixels: Int32Array, rule: VoteRule, options: AttackOptions): Adversarial | null {
    const { image } = this.model;
    if (image === undefined) throw new InputError('attackPixels: the model is not one of images');
    const { label } = this.ballot(this.reader.read(pixels), rule);
    if (label === NO_LABEL) return null;
    const { answers, radii } = this;
    const count = this.classes.length;
    const lead: Lead = (row) => {
      this.predictor.certify(this.reader.read(row), 0, answers, radii);
      const now = elect(answers, radii, count, rule).label;
      return now === label ? radiusLead(answers, radii, count, label) : null;
    };
    return attackBySquares(pixels, pixels.length / image.height, lead, options);
  }

  private judge(): Certifier {
    return {
      classes: this.classes,
      inputs: this.inputs,
      image: this.model.image,
      columns: this.model.columns,
      encoding: this.model.encoding,
      leftOut: this.model.leftOut,
      seed: this.model.training.seed,
      read: (values, offset) => this.read(values, offset),
      family: (values, offset, set, seed, image) =>
        this.reader.family(this.reader.scale(values, offset), set, seed, image),
      ballot: (row, rule) => this.ballot(row, rule),
      scored: (row, rule) => this.scored(row, rule),
      columnCertifier: (asked) => this.columnCertifiers.of(asked),
      worstBallot: (row, radius, truth, rule) => this.worstBallot(row, radius, truth, rule),
      certified: (row, rule, clip) => this.certified(row, rule, clip),
      attacked: (row, rule, options) => this.attacked(row, rule, options),
      ...(this.model.features === undefined
        ? {}
        : {
            pixelsAttacked: (values, offset, rule, options) =>
              this.pixelsAttacked(this.reader.scale(values, offset).slice(), rule, options),
            pixelsCertified: (values, offset, label, rule, radii) =>
              this.pixelsCertified(this.reader.scale(values, offset).slice(), label, rule, radii),
          }),
    };
  }

  private certified(row: Int32Array, rule: VoteRule, clip?: Clip): { label: number; radius: number } {
    let { answers, radii } = this;
    if (rule === 'margin') {
      // The label rests on plain radii, and so does how long it holds.
      const { label } = this.ballot(row, rule);
      const radius = label === NO_LABEL ? 0 : marginRadius(answers, radii, this.classes.length, label);
      return { label, radius };
    }
    if (clip === undefined) this.predictor.certify(row, 0, answers, radii);
    else ({ answers, radii } = this.attacker.read(row, clip));
    const { label } = vote(answers, this.classes.length, rule);
    if (label === NO_LABEL) return { label, radius: 0 };
    return { label, radius: voteRadius(answers, radii, this.hasNetwork, this.classes.length, label) };
  }

  private attacked(row: Int32Array, rule: VoteRule, options: AttackOptions): Adversarial | null {
    const { label, radius } = this.certified(row, rule, options.clip);
    if (label === NO_LABEL || radius === Number.POSITIVE_INFINITY) return null;
    const goals = voteGoals(this.attacker.read(row), this.classes.length, label, rule);
    return this.attacker.smallest(row, goals, radius, options);
  }

  /** Made at first use: it holds all first layers once more, by neuron. */
  private get attacker(): Attacker {
    this.madeAttacker ??= new Attacker(
      this.pairs.map((pair) => pair.network),
      this.layers[0],
      this.reader.middle,
    );
    return this.madeAttacker;
  }

  private readonly hasNetwork = (pair: number): boolean => this.pairs[pair].network !== null;

  private ballot(row: Int32Array, rule: VoteRule): Ballot {
    if (rule === 'margin') {
      this.predictor.certify(row, 0, this.answers, this.radii);
      return voteByMargin(this.answers, this.radii, this.classes.length);
    }
    this.predictor.answer(row, 0, this.answers);
    return vote(this.answers, this.classes.length, rule);
  }

  private scored(row: Int32Array, rule: VoteRule): ReturnType<Certifier['scored']> {
    const ballot = this.ballot(row, rule);
    // Whatever the rule, the answers are those of this row now.
    const votes = countVotes(this.answers, this.classes.length);
    if (this.classes.length > 2) return { ballot, votes, scores: votes };
    this.predictor.outputs(row, 0, this.outputs);
    const [first] = this.outputs;
    return { ballot, votes, scores: [first, 0 - first] };
  }

  private worstBallot(row: Int32Array, radius: number, truth: number, rule: VoteRule): Ballot {
    if (rule === 'margin') {
      const ballot = this.ballot(row, rule);
      const { answers, radii } = this;
      const holds = marginRadius(answers, radii, this.classes.length, truth) >= radius;
      return ballot.label !== truth || holds ? ballot : { label: NO_LABEL, leaders: [truth] };
    }
    this.predictor.answer(row, 0, this.answers, radius);
    return worstBallot(this.answers, this.hasNetwork, this.classes.length, truth, rule);
  }

  private nameOf(ballot: Ballot): string | null {
    return ballot.label === NO_LABEL ? null : this.classes[ballot.label];
  }

  /** What networks read of a row of raw values; valid until the next call. */
  private read(values: ArrayLike<number>, offset: number): Int32Array {
    return this.reader.read(this.reader.scale(values, offset));
  }

  private dense(samples: Matrix): ReturnType<typeof toDense> {
    return toDense(samples, this.checks());
  }

  private checks(): MatrixChecks {
    const { columns, encoding } = this.model;
    return {
      columns: this.inputs,
      columnNames: columns,
      missing: encoding !== undefined && !encoding.complete,
    };
  }

  private denseRow(sample: ArrayLike<number>): ArrayLike<number> {
    if (sample === null || typeof sample !== 'object' || typeof sample.length !== 'number') {
      throw new InputError('sample: expected one row of numbers');
    }
    const checks = { ...this.checks(), name: 'sample' };
    return toDense({ values: sample, rows: 1, columns: sample.length }, checks).values;
  }
}
