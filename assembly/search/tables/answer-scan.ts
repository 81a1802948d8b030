import { spend } from '../../base/clock';
import { breathe } from '../../base/pause';
import { below } from '../../base/random';
import { size } from '../../problem/shape';
import { objective } from '../../record/incumbent';
import { Answers, scanCell, scanChoice, SignTable } from './state';
import { minusOf, neuronsOf, plusOf } from './answers';
import { offerAnswer, wish } from './answer-tree';
import { countSigns, minusWord, plusWord, queryAt } from './sign-table';

/**
 * Local search beside the answer tree, for tables that are too large to be joined: with the answer and all neurons but one as they are
 * the table says which pattern is best for that one (a population count of some words a pattern), so a neuron moves to the best
 * of a million at once. Neurons in turn until none gains; then one is thrown somewhere else, or all are. heart, 303 rows,
 * [13, 3, 1]: 274 in the prototype where annealing by weights had 254.
 */
const BLOCK = 8192;
const KICKS = 12; // neurons thrown from one local optimum before all are

let answer: i32 = 0;
let neuron: i32 = 0;
let idle: i32 = 0; // neurons in a row that have not gained
let count: i32 = 0; // samples of the network at hand
let kicks: i32 = 0;

export function beginAnswerScan(): void {
  kicks = KICKS;
  answer = 0;
  neuron = 0;
  idle = size(1);
  count = 0;
}

/** The best pattern for one neuron; about a table's length of work. */
export function stepAnswerScan(): void {
  if (SignTable.total == 0 || Answers.count == 0) return;
  if (idle >= neuronsOf(answer)) kick();
  if (neuron >= neuronsOf(answer)) neuron = 0;
  ask();
  const start = below(SignTable.total);
  let best = load<i32>(scanChoice + (<usize>neuron << 2));
  let most = -1;
  for (let from = 0; from < SignTable.total; from += BLOCK) {
    breathe();
    const length = min(BLOCK, SignTable.total - from);
    const top = topOf(start + from, length, most);
    if (topCount > most) {
      most = topCount;
      best = top;
    }
    spend(<f64>length * <f64>(SignTable.words + 2));
  }
  if (most > count) idle = 0;
  else idle++;
  count = most;
  store<i32>(scanChoice + (<usize>neuron << 2), best);
  if (<i64>count > objective) offerAnswer(answer, scanChoice);
  neuron++;
}

let topCount: i32 = 0; // of `topOf`

/** The pattern with most of what is asked, of `length` from `start` on, round the end of the table. */
function topOf(start: i32, length: i32, least: i32): i32 {
  const query = queryAt(size(1));
  let top = -1;
  topCount = least;
  let p = start >= SignTable.total ? start - SignTable.total : start;
  for (let turn = 0; turn < length; turn++) {
    const found = countSigns(p, query);
    if (found > topCount) {
      topCount = found;
      top = p;
    }
    if (++p == SignTable.total) p = 0;
  }
  return top;
}

function kick(): void {
  const all = kicks >= KICKS;
  kicks = all ? 0 : kicks + 1;
  if (all) answer = below(Answers.count);
  const one = below(max(1, neuronsOf(answer)));
  for (let j = 0; j < size(1); j++) {
    if (all || j == one) store<i32>(scanChoice + (<usize>j << 2), below(SignTable.total));
  }
  idle = 0;
  count = 0;
  neuron = one + 1;
}

/** What the neuron is asked, the others being as they are. */
function ask(): void {
  const n = size(1);
  const words = SignTable.words;
  const query = queryAt(n);
  memory.fill(query, 0, <usize>words << 4);
  for (let c = 0; c < 1 << n; c++) {
    if ((c >> neuron) & 1) continue;
    meet(c);
    const up = <u64>(c | (1 << neuron));
    wish(scanCell, query, (plusOf(answer) >>> up) & 1, (minusOf(answer) >>> up) & 1);
    wish(scanCell, query + (<usize>words << 3), (plusOf(answer) >>> <u64>c) & 1, (minusOf(answer) >>> <u64>c) & 1);
  }
  spend(<f64>((1 << n) * words * n));
}

/** `scanCell`: the samples that all other neurons put where cell `c` says. */
function meet(c: i32): void {
  for (let w = 0; w < SignTable.words; w++) {
    let word = ~(<u64>0);
    for (let j = 0; j < size(1); j++) {
      if (j == neuron) continue;
      const p = load<i32>(scanChoice + (<usize>j << 2));
      word &= (c >> j) & 1 ? plusWord(p, w) : minusWord(p, w);
    }
    store<u64>(scanCell + (<usize>w << 3), word);
  }
}
