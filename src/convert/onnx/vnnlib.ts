import type { EnsembleModel } from '../../ensemble/model/model.js';
import type { EnsembleClassifier } from '../../ensemble/predict/classifier.js';
import { InputReader } from '../../ensemble/reading.js';
import type { CountingRule } from '../../ensemble/types.js';
import { VERSION } from '../../version.js';
import { checkName } from '../c/names.js';
import type { ConvertedFile } from '../types.js';
import { GraphBuilder } from './graph.js';
import { answerNodes, LARGEST_VALUE, presentNetworks, sumNodes } from './networks.js';
import { rounded } from './scaling.js';
import { voteNodes } from './vote.js';

/*
 * Certificates as questions to verifiers of neural networks elsewhere: a network in ONNX and, for each row, its box and what would refute
 * the certificate, in VNN-LIB 1 (https://www.vnnlib.org). "unsat" confirms a certificate, "sat" with a point refutes it.
 */

/** What is claimed of one row. */
export interface CertifiedRow {
  /** Of the data, from 0. */
  readonly row: number;
  /** What the networks read of it. */
  readonly inputs: ArrayLike<number>;
  readonly label: number;
  /** A whole number: no input within it has another label. */
  readonly radius: number;
}

/** The first rows with a label whose radius is at least 1 and ends somewhere. */
export function certifiedRows(
  judge: EnsembleClassifier,
  rows: Iterable<ArrayLike<number>>,
  vote: CountingRule,
  count: number,
): CertifiedRow[] {
  const { model } = judge;
  const reader = new InputReader({ ...model, columns: judge.inputs });
  const found: CertifiedRow[] = [];
  let row = 0;
  for (const values of rows) {
    const { label, radius } = judge.certify(values, { vote });
    if (label !== null && radius !== null && radius >= 1 && radius < Number.POSITIVE_INFINITY) {
      const inputs = Int32Array.from(reader.read(reader.scale(values, 0)));
      found.push({ row, inputs, label: judge.classes.indexOf(label), radius });
      if (found.length === count) break;
    }
    row++;
  }
  return found;
}

/** Seconds that a verifier is given for one question; a column of the list that competitions read. */
const TIMEOUT = 300;

/**
 * The files of these questions: `NAME_leaders.onnx`, `NAME_row<K>.vnnlib` a row, and `NAME_instances.csv`, which lists them.
 *
 * The network takes what the networks of the ensemble read (scaled values, features), not the raw values of the model, since radii are in these
 * units; real inputs are rounded to whole numbers inside. Its output `leaders` [1, classes] is 1 for each class that leads after the vote and 0 for
 * the others: the label is c where c leads alone, whatever the rule of the vote.
 */
export function toProperties(
  model: EnsembleModel,
  vote: CountingRule,
  rows: readonly CertifiedRow[],
  called?: string,
): ConvertedFile[] {
  const name = checkName(called ?? 'model');
  const path = `${name}_leaders.onnx`;
  const file = (row: number): string => `${name}_row${row}.vnnlib`;
  const list = rows.map(({ row }) => `${path},${file(row)},${TIMEOUT}\n`).join('');
  return [
    { path, content: leadersNetwork(model, vote, name) },
    ...rows.map((row) => ({ path: file(row.row), content: property(row, model.classes.length) })),
    { path: `${name}_instances.csv`, content: list },
  ];
}

function leadersNetwork(model: EnsembleModel, vote: CountingRule, name: string): Uint8Array {
  const { classes, layers } = model;
  const present = presentNetworks(model);
  const graph = new GraphBuilder();
  const x = graph.input('x', 'float', [1, layers[0]]);
  const networks = present.map(({ network }) => network);
  const sums = sumNodes(
    graph,
    networks,
    { values: rounded(graph, x, 'float', LARGEST_VALUE), type: 'float' },
    LARGEST_VALUE,
  );
  const pairs = present.map(({ pair }) => pair);
  const answers = answerNodes(graph, networks, sums);
  const { leaders } = voteNodes(graph, { answers, pairs, classCount: classes.length, vote });
  graph.node('Identity', [leaders], {}, 'leaders');
  graph.output('leaders', 'float', [1, classes.length]);
  return graph.finish(name, VERSION, {
    classes: JSON.stringify(classes),
    vote,
    input: 'what the networks read',
  });
}

/** The box, and every way in which the label would be another: it does not lead, or somebody else does. */
function property({ row, inputs, label, radius }: CertifiedRow, classCount: number): string {
  const lines = [`; row ${row}: class ${label}, radius ${radius}; unsat: the certificate holds`];
  for (let i = 0; i < inputs.length; i++) lines.push(`(declare-const X_${i} Real)`);
  for (let c = 0; c < classCount; c++) lines.push(`(declare-const Y_${c} Real)`);
  for (let i = 0; i < inputs.length; i++) {
    // Nothing comes in beyond these ends, whatever the radius.
    const low = Math.max(-LARGEST_VALUE, inputs[i] - radius);
    const high = Math.min(LARGEST_VALUE, inputs[i] + radius);
    lines.push(`(assert (>= X_${i} ${low}))`, `(assert (<= X_${i} ${high}))`);
  }
  const ways = Array.from({ length: classCount }, (_, c) =>
    c === label ? `(and (<= Y_${c} 0.5))` : `(and (>= Y_${c} 0.5))`,
  );
  return `${lines.join('\n')}\n(assert (or ${ways.join(' ')}))\n`;
}
