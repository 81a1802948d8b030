import type {
  Card,
  CardColumn,
  ExplainedPair,
  Explanation,
  ProbabilityLine,
  RowExplanation,
  ScoreBand,
  Worth,
} from '../ensemble/predict/explain.js';
import type { Block } from './blocks.js';
import { formatCount, formatShare } from './numbers.js';
import { nameOf, pairName } from './tables.js';

/** Pairs and neurons beyond these are left to `--json`. */
const MOST_PAIRS = 45;
const MOST_NEURONS = 16;

/** A model of a table: score cards of single neurons, weights by column of others, and the columns that nobody reads. */
export function explanationBlocks(
  explanation: Explanation,
  bands: readonly ScoreBand[] = [],
  lines: readonly ProbabilityLine[] = [],
): Block[] {
  const { pairs, unread, columns, layers } = explanation;
  const blocks: Block[] = [];
  for (const pair of pairs.slice(0, MOST_PAIRS)) {
    blocks.push({ kind: 'heading', text: `${headOf(pair)}` });
    if (pair.neurons.length === 0) {
      blocks.push({ kind: 'text', text: 'This pair has no network and does not vote.' });
      continue;
    }
    for (const [j, neuron] of pair.neurons.slice(0, MOST_NEURONS).entries()) {
      blocks.push({ kind: 'text', text: sentenceOf(pair, neuron, j) });
      if (neuron.columns.length > 0) blocks.push(cardTable(neuron));
    }
  }
  if (pairs.length > MOST_PAIRS) {
    blocks.push({ kind: 'text', text: `and ${formatCount(pairs.length - MOST_PAIRS)} pairs more` });
  }
  if (lines.length > 0) blocks.push(...probabilityBlocks(explanation, lines));
  if (bands.length > 0) blocks.push(...bandBlocks(explanation.classes, bands));
  const hidden = layers.length === 2 ? '' : `The layers above read only the signs of these neurons. `;
  const names = unread.slice(0, 30).map((name) => nameOf(name));
  const idle =
    unread.length === 0
      ? 'Every column is read.'
      : `Never read, ${formatCount(unread.length)} of ${formatCount(columns)} columns: ${names.join(', ')}${unread.length > names.length ? ', ...' : ''}.`;
  return [...blocks, { kind: 'text', text: hidden + idle }];
}

function headOf({ classes, isScoreCard }: ExplainedPair): string {
  return `${isScoreCard ? 'Score card' : 'Network'}: ${classes.map((name) => nameOf(name)).join(' or ')}`;
}

function sentenceOf(
  { classes, isScoreCard }: ExplainedPair,
  { threshold, columns }: Card,
  j: number,
): string {
  const [first, second] = classes.map((name) => nameOf(name));
  if (isScoreCard) {
    if (columns.length === 0) return `Always ${threshold <= 0 ? first : second}: no column is read.`;
    return `Add up the points. ${formatCount(threshold)} or more: ${first}; less: ${second}.`;
  }
  if (columns.length === 0) return `Neuron ${j + 1} is always ${threshold <= 0 ? '+' : '-'}.`;
  return `Neuron ${j + 1} is + from ${formatCount(threshold)} points on.`;
}

function cardTable({ columns }: Card): Block {
  return {
    kind: 'table',
    columns: [{ title: 'column' }, { title: 'weight', align: 'right' }, { title: 'points' }],
    rows: columns.map((column: CardColumn) => [
      nameOf(column.name),
      signed(column.weight),
      worthWords(column.worth),
    ]),
  };
}

function worthWords(worth: Worth): string {
  if (worth.kind === 'on') return `${signed(worth.points)} if so`;
  if (worth.kind === 'each') {
    return worth.factor === 1
      ? `${signed(worth.points)} each`
      : `${signed(worth.points)} for every ${short(1 / worth.factor)}`;
  }
  if (worth.kind === 'line') {
    if (worth.atLow === 0) return '0';
    return `${signed(worth.atLow)} at ${short(worth.low)} to ${signed(worth.atHigh)} at ${short(worth.high)}`;
  }
  return worth.levels
    .map(({ from, points }) => `${signed(points)}${from === null ? '' : ` from ${short(from)}`}`)
    .join(', ');
}

function bandBlocks(classes: readonly string[], bands: readonly ScoreBand[]): Block[] {
  const [, second] = classes.map((name) => nameOf(name));
  return [
    { kind: 'heading', text: 'Points and rows' },
    {
      kind: 'table',
      columns: [
        { title: 'points above the threshold' },
        { title: 'rows', align: 'right' },
        { title: second, align: 'right' },
        { title: 'share', align: 'right' },
      ],
      rows: bands.map(({ from, to, rows, second: count }) => [
        from === to ? signed(from) : `${signed(from)} to ${signed(to)}`,
        formatCount(rows),
        formatCount(count),
        formatShare(count / rows),
      ]),
    },
  ];
}

function probabilityBlocks(
  { classes, calibration, layers }: Explanation,
  lines: readonly ProbabilityLine[],
): Block[] {
  const first = nameOf(classes[0]);
  const points = layers.length === 2 ? 'points above the threshold' : 'sum of the last neuron';
  const blocks: Block[] = [{ kind: 'heading', text: `Probability of ${first}` }];
  if (calibration?.kind === 'platt') {
    const { slope, intercept, scale } = calibration;
    blocks.push({
      kind: 'text',
      text: `1 / (1 + exp(-(${slope} * s / ${scale} ${intercept < 0 ? '-' : '+'} ${Math.abs(intercept)}))), s the ${points}, fitted to ${formatCount(calibration.rows)} held-out rows.`,
    });
  }
  const counted = lines.some(({ rows }) => rows !== undefined);
  blocks.push({
    kind: 'table',
    columns: [
      { title: `${points}, from` },
      ...(counted
        ? ([
            { title: 'held-out rows', align: 'right' },
            { title: first, align: 'right' },
          ] as const)
        : []),
      { title: 'probability', align: 'right' },
    ],
    rows: lines.map(({ from, rows, first: count, probability }) => [
      from === null ? 'the least' : signed(from),
      ...(counted ? [formatCount(rows ?? 0), formatCount(count ?? 0)] : []),
      formatShare(probability),
    ]),
  });
  return blocks;
}

/** Why a row has its label, pair by pair. */
export function rowBlocks(
  { row, label, votes, pairs, probabilities }: RowExplanation,
  classes: readonly string[],
): Block[] {
  const counts = classes.map((name, c) => `${nameOf(name)} ${votes[c]}`).join(', ');
  const title = label === null ? `Row ${row} has no label` : `Row ${row} is ${nameOf(label)}`;
  const blocks: Block[] = [{ kind: 'heading', text: title }];
  if (classes.length > 2) blocks.push({ kind: 'text', text: `Votes: ${counts}.` });
  if (probabilities !== undefined) {
    const chances = classes.map((name, k) => `${nameOf(name)} ${formatShare(probabilities[k])}`).join(', ');
    blocks.push({ kind: 'text', text: `Probabilities: ${chances}.` });
  }
  for (const { classes: two, answer, neurons } of pairs) {
    for (const [j, { sum, threshold, contributions }] of neurons.entries()) {
      const which = neurons.length === 1 ? pairName(two) : `${pairName(two)}, neuron ${j + 1}`;
      const side = sum >= threshold ? 'at least' : 'less than';
      const says = j === 0 ? ` The answer is ${answer === null ? 'none' : nameOf(answer)}.` : '';
      blocks.push(
        {
          kind: 'text',
          text: `${which}: ${formatCount(sum)} points, ${side} ${formatCount(threshold)}.${says}`,
        },
        {
          kind: 'table',
          columns: [
            { title: 'column' },
            { title: 'value', align: 'right' },
            { title: 'points', align: 'right' },
          ],
          rows: contributions.map(({ name, value, points }) => [nameOf(name), short(value), signed(points)]),
        },
      );
    }
  }
  return blocks;
}

function signed(value: number): string {
  return value > 0 ? `+${formatCount(value)}` : formatCount(value);
}

/** Six digits are enough to recognise a value by; the model file has them all. */
function short(value: number): string {
  return String(Number(value.toPrecision(6)));
}
