import { probabilitiesOf } from '../ensemble/model/calibration.js';
import type { EnsembleClassifier } from '../ensemble/predict/classifier.js';

import type { Perturbations, VoteRule } from '../ensemble/types.js';
import { jsonNumber, jsonText } from '../json.js';
import { movesColumns } from '../perturb/index.js';
import { printableJson } from '../printable.js';

export interface AnswerFlags {
  readonly vote: VoteRule;
  readonly votes?: boolean;
  readonly score?: boolean;
  readonly probability?: boolean;
  readonly certify?: unknown;
  readonly perturb?: Perturbations;
  readonly certifyPixels?: boolean;
  readonly id?: string;
  readonly json?: boolean;
}

/** The lines of `fewbit predict` (docs/formats.md, "Predictions"): a table, or a JSON document a row. */
export class AnswerLines {
  private readonly certify: boolean;
  /** What radii are multiples of, where they are in units of columns. */
  private readonly unit: Perturbations | undefined;
  private readonly options: { readonly vote: VoteRule; readonly certify: boolean };
  /** Class names as a table holds them. */
  private readonly names: ReadonlyMap<string | null, string>;

  constructor(
    private readonly classifier: EnsembleClassifier,
    private readonly flags: AnswerFlags,
  ) {
    this.certify = flags.certify !== undefined;
    const { perturb } = classifier.model.training;
    this.unit = flags.perturb ?? (movesColumns(perturb) ? perturb : undefined);
    this.options = { vote: flags.vote, certify: this.certify && this.unit === undefined };
    this.names = new Map([[null, ''], ...classifier.classes.map((name) => [name, field(name)] as const)]);
  }

  /** The header of a table; none of JSON. */
  head(): string {
    const { json, votes, score, probability, id } = this.flags;
    if (json) return '';
    const { classes } = this.classifier;
    return line([
      'row',
      'label',
      ...(votes ? classes.map((name) => field(`votes:${name}`)) : []),
      ...(score ? classes.map((name) => field(`score:${name}`)) : []),
      ...(probability ? classes.map((name) => field(`probability:${name}`)) : []),
      ...(this.certify ? ['radius'] : []),
      ...(this.flags.certifyPixels ? ['pixels'] : []),
      ...(id === undefined ? [] : [field(`id:${id}`)]),
    ]);
  }

  line(row: number, values: ArrayLike<number>, id: string): string {
    const { json, votes, score, probability, certifyPixels } = this.flags;
    const answer = this.classifier.answer(values, this.options);
    const { calibration } = this.classifier.model;
    const chances = probability && calibration ? probabilitiesOf(calibration, answer.scores[0]) : undefined;
    const radius =
      this.certify && this.unit !== undefined
        ? this.classifier.certifyColumns(values, { vote: this.flags.vote, perturb: this.unit }).radius
        : (answer.radius ?? null);
    const pixels = certifyPixels
      ? this.classifier.certifyPixels(values, { vote: this.flags.vote }).radius
      : undefined;
    const named = this.flags.id !== undefined;
    if (json) {
      const document = {
        row,
        label: answer.label,
        votes: answer.votes,
        ...(score ? { scores: answer.scores } : {}),
        ...(chances === undefined ? {} : { probabilities: chances }),
        ...(this.certify ? { radius: jsonNumber(radius) } : {}),
        ...(pixels === undefined ? {} : { pixels: jsonNumber(pixels) }),
        ...(named ? { id } : {}),
      };
      return `${printableJson(jsonText(document))}\n`;
    }
    return line([
      String(row),
      this.names.get(answer.label) ?? '',
      ...(votes ? answer.votes.map(String) : []),
      ...(score ? answer.scores.map(String) : []),
      ...(chances ?? []).map((chance) => decimal(chance)),
      ...(this.certify ? [radius === null ? '' : String(radius)] : []),
      ...(pixels === undefined ? [] : [pixels === null ? '' : String(pixels)]),
      ...(named ? [field(id)] : []),
    ]);
  }
}

/** All six digits; JavaScript's own text of a millionth has an exponent. */
function decimal(chance: number): string {
  return chance.toFixed(6);
}

function line(fields: readonly string[]): string {
  return `${fields.join()}\n`;
}

/** A text as a field of a table: quoted where it has to be. */
function field(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
