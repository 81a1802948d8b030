import { CHECKED } from '../../base/check';
import { weightRow } from '../../network/weights';
import { countNode, spend } from '../../base/clock';
import { breathe } from '../../base/pause';
import { inputsPadded, label, radius, sampleCount, size } from '../../problem/shape';
import { improveBound, objective, offer } from '../../record/incumbent';
import { Answers, answerChoice, signCells, signLabels, SignTable, tableTrial } from './state';
import { closingAnswers } from './table-witness';
import { isAlike, minusOf, neuronsOf, plusOf, writeAnswer } from './answers';
import { beginSigns, minusWord, nextSigns, plusWord, queryAt, stepSigns, writeSigns } from './sign-table';

/**
 * The paper's SM with hidden layers and few inputs, over the signs that the first layer can give (sign-table.ts) and the answers
 * that the layers above can (answers.ts). For one answer after the other the neurons take their patterns, depth first. The samples lie
 * in the cells of the neurons so far; from there the right answer may be within reach on both signs of the next neuron, on
 * one, or on neither, which is a question to the table: no pattern with fewer samples than the incumbent goes on. The last
 * neuron's count is the network's. Neurons that the answer does not tell apart have their patterns in ascending order.
 */
const TABULATE = 0;
const SEARCH = 1;
const DONE = 2;
const BLOCK = 4096; // patterns asked at a time

let phase: i32 = DONE;
let table: i32 = 0; // the mark of ours
let whole: bool = false; // not only the multiples of P
let answer: i32 = 0;
let depth: i32 = 0;

/** The answers must stand. `coarse`: first-layer weights are multiples of P, as in P = 1, scaled: a start, and no proof. */
export function beginAnswerTree(coarse: bool): void {
  phase = TABULATE;
  whole = !coarse;
  table = beginSigns(coarse);
}

/** The table stands and may be scanned. */
export function isTableFull(): bool {
  return phase != TABULATE;
}

/** About `effort` more units of work; false when the search is over. */
export function stepAnswerTree(effort: f64): bool {
  assert(phase == DONE || table == SignTable.mark);
  if (phase == TABULATE) {
    if (stepSigns(effort)) return true;
    fillLabels();
    phase = SEARCH;
    answer = -1;
    return nextAnswer();
  }
  if (phase != SEARCH) return false;
  const words = <f64>SignTable.words;
  for (let left = effort; left > 0; ) {
    breathe();
    const at = answerChoice + (<usize>depth << 2);
    const from = load<i32>(at) + 1;
    const end = min(SignTable.total, from + BLOCK);
    const p = nextSigns(from, end, queryAt(depth), <i32>objective);
    const took = <f64>(p - from + 1) * (words + 2) + <f64>(8 << depth) * words;
    spend(took);
    left -= took;
    store<i32>(at, p < end ? p : end - 1);
    if (p < end) enter(p);
    else if (end == SignTable.total && !back()) return false;
  }
  return true;
}

/** Neuron `depth` takes pattern `p`. */
function enter(p: i32): void {
  countNode();
  if (depth + 1 >= neuronsOf(answer)) {
    for (let j = depth + 1; j < size(1); j++) store<i32>(answerChoice + (<usize>j << 2), 0);
    offerAnswer(answer, answerChoice);
    return;
  }
  splitCells(p);
  depth++;
  ask();
  store<i32>(answerChoice + (<usize>depth << 2), isAlike(answer, depth) ? p - 1 : -1);
}

function back(): bool {
  if (depth > 0) {
    depth--;
    return true;
  }
  return nextAnswer();
}

function nextAnswer(): bool {
  answer++;
  if (answer == Answers.count) {
    phase = DONE;
    if (!whole || !SignTable.complete || !Answers.whole) return false;
    if (CHECKED) closingAnswers(objective, 'answer-tree: the samples left');
    improveBound(objective);
    return false;
  }
  depth = 0;
  store<i32>(answerChoice, -1);
  ask();
  return true;
}

/** Samples of label +, and those of label -, as words; the one cell of no neuron. */
function fillLabels(): void {
  const words = SignTable.words;
  memory.fill(signLabels, 0, <usize>words << 4);
  memory.fill(signCells, 0, <usize>words << 3);
  for (let k = 0; k < sampleCount; k++) {
    const bit = <u64>1 << <u64>(k & 63);
    const at = signLabels + (<usize>(label(k) > 0 ? k >> 6 : words + (k >> 6)) << 3);
    store<u64>(at, load<u64>(at) | bit);
    const cell = signCells + (<usize>(k >> 6) << 3);
    store<u64>(cell, load<u64>(cell) | bit);
  }
  spend(<f64>sampleCount * 4);
}

/** Words of cell `c` of the first `d` neurons. */
// @ts-ignore: decorator
@inline
function cellAt(d: i32, c: i32): usize {
  return signCells + (<usize>(((1 << d) - 1 + c) * SignTable.words) << 3);
}

function splitCells(p: i32): void {
  for (let c = 0; c < 1 << depth; c++) {
    const from = cellAt(depth, c);
    const minus = cellAt(depth + 1, c);
    const plus = cellAt(depth + 1, c | (1 << depth));
    for (let w = 0; w < SignTable.words; w++) {
      const at = <usize>w << 3;
      store<u64>(plus + at, load<u64>(from + at) & plusWord(p, w));
      store<u64>(minus + at, load<u64>(from + at) & minusWord(p, w));
    }
  }
}

/** Prefixes of `d` neurons from which a cell of the mask can be come to. */
function prefixes(mask: u64, d: i32): u64 {
  for (let j = size(1) - 1; j >= d; j--) {
    const half = <u64>(1 << j); // at most 32
    mask = (mask | (mask >>> half)) & ((<u64>1 << half) - 1);
  }
  return mask;
}

/** What neuron `depth` is asked: on which of its signs the samples' labels are still within reach. */
function ask(): void {
  const words = SignTable.words;
  const query = queryAt(depth);
  memory.fill(query, 0, <usize>words << 4);
  const plus = prefixes(plusOf(answer), depth + 1);
  const minus = prefixes(minusOf(answer), depth + 1);
  for (let c = 0; c < 1 << depth; c++) {
    const cell = cellAt(depth, c);
    const up = <u64>(c | (1 << depth));
    wish(cell, query, (plus >>> up) & 1, (minus >>> up) & 1);
    wish(cell, query + (<usize>words << 3), (plus >>> <u64>c) & 1, (minus >>> <u64>c) & 1);
  }
}

/** Adds the cell's samples of label + (-) to the words where that label is within reach. */
export function wish(cell: usize, to: usize, plus: u64, minus: u64): void {
  const words = SignTable.words;
  for (let w = 0; w < words; w++) {
    const at = <usize>w << 3;
    let taken: u64 = 0;
    if (plus) taken |= load<u64>(signLabels + at);
    if (minus) taken |= load<u64>(signLabels + (<usize>words << 3) + at);
    store<u64>(to + at, load<u64>(to + at) | (taken & load<u64>(cell + at)));
  }
}

/**
 * Offers the network of an answer and a pattern a neuron. Neurons that the answer does not depend on may be anything that is certain
 * within the radius, or samples would not be counted for their sake: no weights at all are.
 */
export function offerAnswer(a: i32, choice: usize): void {
  for (let j = 0; j < size(1); j++) {
    const row = weightRow(tableTrial, 0, j);
    if (radius && j >= neuronsOf(a)) memory.fill(row, 0, <usize>inputsPadded << 1);
    else writeSigns(load<i32>(choice + (<usize>j << 2)), row);
  }
  writeAnswer(a, tableTrial);
  offer(tableTrial);
}
