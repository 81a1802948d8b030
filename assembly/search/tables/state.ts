import { reserve, reserveRaw } from '../../base/arena';
import { newNetwork } from '../../network/weights';
import { CountColumns } from '../../neuron/state';
import { isPlain } from '../../problem/boxes';
import { inputs, layerCount, networkLayerBytes, radius, sampleCount, size, weightBound } from '../../problem/shape';

/**
 * What the tables keep. `reserveEnumeration` (all objectives) and `reserveTables` (the paper's) once a problem;
 * `beginEnumeration`, `beginFunctionTree` (MM, over a table of patterns), `beginAnswerTree` (SM, over a table of signs) a search.
 * Who has filled a table has its mark.
 *
 *     name            element  shape                unit                              writer         reset by
 *     everyTrial      network  1, tiny shapes only  weights: the odometer             enumerate      beginEnumeration
 *     tableTrial      network  1                    weights: what is offered          trees, scan    before every offer
 *     tableMasks      u64      [MOST_PATTERNS]      bit k: + on kept sample k         pattern-table  beginTable (`total`)
 *     tableValues     i32      [MOST_PATTERNS]      best margin, 1/D; < 0: uncertain  pattern-table  beginTable (`total`)
 *     tableVectors    i32      [MOST_PATTERNS]      number of a weight vector:        pattern-table  beginTable (`total`)
 *                                                   base 2P/unit + 1, input 0 lowest
 *     tableSlots      i32      [SLOTS]              pattern + 1, 0: free              pattern-table  beginTable
 *     tableSums       i32      [64]                 S of the vector at hand           pattern-table  beginTable
 *     tableColumns    i32      [inputs][64]         x of the kept samples             pattern-table  beginTable
 *     tableDigits     i32      [inputs]             weights of the vector at hand     pattern-table  beginTable
 *     functionChoice  i32      [n1]                 pattern of every neuron so far    function-tree  every node
 *     functionCells   u64      [n1 + 1][64]         mixed cells left after j neurons  function-tree  every node
 *     functionCount   i32      [n1 + 1]             how many of them                  function-tree  every node
 *     functionSums    i64      [n1 + 1]             margins so far, 1/D               function-tree  every node
 *     signWords       u64      [capacity][stride]   signs of a pattern, sample by sample:         sign-table    beginSigns (`total`)
 *                                                   +; with a radius certainly +, certainly -
 *     signVectors     i32      [capacity]           number of its weight vector, as above         sign-table    beginSigns (`total`)
 *     signSlots       i32      [slots]              pattern + 1, 0: free                          sign-table    beginSigns
 *     signSums        i32      [LANES]              S of the vector at hand                       sign-table    beginSigns
 *     signColumns     i32      [inputs][LANES]      x of all samples                              sign-table    beginSigns
 *     signDigits      i32      [inputs]             weights of the vector at hand                 sign-table    beginSigns
 *     signQuery       u64      [n1 + 1][2][words]   what is asked of a neuron: +, -               both below    every question
 *     signLabels      u64      [2][words]           samples of label +; of label -                answer-tree   when the table is full
 *     signCells       u64      [2^(n1+1)][words]    cells of the neurons so far                   answer-tree   every node
 *     answerChoice    i32      [n1]                 pattern of every neuron so far                answer-tree   every node
 *     scanChoice      i32      [n1]                 pattern of every neuron                       answer-scan   every kick
 *     scanCell        u64      [words]              scratch                                       answer-scan   every question
 *     walkNetwork     network  1                    weights at hand                               answer-walk   every kick
 *     walkSums        i32      [n1][KP]             y * S of its first layer                      answer-walk   every change
 *     walkTolls       i32      [n1]                 what the L-infinity box takes of a sum       answer-walk   every change
 *     walkCells       i32      [KP]                 cell of the other neurons; < 0: uncertain     answer-walk   every question
 *     answerPlus      u64      [MOST_ANSWERS]       cells answered +, confidently                 answers       listAnswers
 *     answerMinus     u64      [MOST_ANSWERS]       cells answered -, confidently                 answers       listAnswers
 *     answerWeights   i16      [MOST_ANSWERS][..]   layers above the first, as in a network       answers       listAnswers
 *     answerNeurons   i32      [MOST_ANSWERS]       how many neurons it depends on: the first     answers       listAnswers
 *     answerTrial     network  1                    layers above the first, at hand               answers       listAnswers
 *     cellMaps        u8       [720][64]            exchanges of neurons, as maps of cells        answers       listAnswers
 *     layerMasks      u64      [L][LAYER_MASKS]     what a neuron can be, as cells                answers       every layer
 *     layerCodes      i32      [L][LAYER_MASKS]     number of weights that make it so             answers       every layer
 *     layerCounts     i32      [L]                  how many there are                            answers       every layer
 *     layerTuples     u64      [L][8]               what the neurons below a layer are            answers       every choice
 *     layerSums       i32      [64]                 sums of the odometer, cell by cell            answers       every odometer
 *     seenPlus/Minus  u64      [SEEN]               pairs met so far, hashed                      answers       listAnswers
 */
export let everyTrial: usize = 0;
export let tableTrial: usize = 0;
export let tableMasks: usize = 0;
export let tableValues: usize = 0;
export let tableVectors: usize = 0;
export let tableSlots: usize = 0;
export let tableSums: usize = 0;
export let tableColumns: usize = 0;
export let tableDigits: usize = 0;
export let functionChoice: usize = 0;
export let functionCells: usize = 0;
export let functionCount: usize = 0;
export let functionSums: usize = 0;
export let signWords: usize = 0;
export let signVectors: usize = 0;
export let signSlots: usize = 0;
export let signSums: usize = 0;
export let signColumns: usize = 0;
export let signDigits: usize = 0;
export let signQuery: usize = 0;
export let signLabels: usize = 0;
export let signCells: usize = 0;
export let answerChoice: usize = 0;
export let scanChoice: usize = 0;
export let scanCell: usize = 0;
export let walkNetwork: usize = 0;
export let walkSums: usize = 0;
export let walkTolls: usize = 0;
export let walkCells: usize = 0;
export let answerPlus: usize = 0;
export let answerMinus: usize = 0;
export let answerWeights: usize = 0;
export let answerNeurons: usize = 0;
export let answerTrial: usize = 0;
export let cellMaps: usize = 0;
export let layerMasks: usize = 0;
export let layerCodes: usize = 0;
export let layerCounts: usize = 0;
export let layerTuples: usize = 0;
export let layerSums: usize = 0;
export let seenPlus: usize = 0;
export let seenMinus: usize = 0;

/** More weight vectors than that are not tabulated. */
export const MOST_VECTORS: f64 = 2200000;
/** A start that takes longer than this is no help to what it starts. */
const MOST_COARSE: f64 = 200000;
export const MOST_PATTERNS = 1 << 17;
export const SLOTS = MOST_PATTERNS * 2;

/** The table of patterns. Writer: pattern-table.ts; claimed, and with it reset, by `beginTable`, which hands the mark out. */
export class PatternTable {
  /** Counts the tables, over all problems of the instance. */
  static mark: i32 = 0;
  /** Patterns in it. */
  static total: i32 = 0;
  /** Too many patterns for the table: it is of no use. */
  static overflow: bool = false;
  /** All weight vectors are few enough; ternary ones, scaled, are. Writer: `reserveTables`. */
  static usable: bool = false;
  static usableCoarsely: bool = false;
}

/** Functions of the layers above the first that can be kept, masks that a neuron of theirs can be, and pairs noted. */
export const MOST_ANSWERS = 256;
export const LAYER_MASKS = 1024;
export const SEEN = 1 << 14;
/** Neurons of the first layer, of which the cells fit a word, and of any layer above. */
const MOST_NEURONS = 6;
const MOST_ABOVE = 8;
/** Bytes of a table of signs, at most. */
const MOST_SIGN_BYTES: f64 = 5e7;
/** Samples, padded to whole words. */
export let SIGN_LANES: i32 = 0;

/** The table of signs. Writer: sign-table.ts; claimed, and with it reset, by `beginSigns`, which hands the mark out. */
export class SignTable {
  /** Counts the tables, over all problems of the instance. */
  static mark: i32 = 0;
  /** Patterns in it, and for how many there is room. */
  static total: i32 = 0;
  static capacity: i32 = 0;
  /** There was room for all of them. */
  static complete: bool = false;
  /** Words of a bit for each sample; bytes of a pattern; slots of the hash table, a power of two. Writer: `reserveTables`. */
  static words: i32 = 0;
  static stride: i32 = 0;
  static slots: i32 = 0;
  /** All weight vectors are few enough; ternary ones, scaled, are. Writer: `reserveTables`. */
  static usable: bool = false;
  static usableCoarsely: bool = false;
}

/** The list of answers. Writer: answers.ts, in `listAnswers`. */
export class Answers {
  static count: i32 = 0;
  /** Pairs noted. */
  static seen: i32 = 0;
  /** All weights were looked at, and not only multiples of P. */
  static whole: bool = false;
  /** The layers are narrow enough for masks. Writer: `reserveTables`. */
  static fits: bool = false;
}

/** Descents over all weights of a tiny problem, in `everyTrial`. Writer: descent.ts; set by `beginDescents`. */
export class Descent {
  /** Networks that may still be valued. */
  static left: i32 = 0;
  /** The weight whose turn it is, by number; how many in a row have stood. */
  static turn: i32 = 0;
  static stood: i32 = 0;
  /** What `everyTrial` is worth. */
  static worth: i64 = 0;
}

/** `tiny`: every network may be looked at. */
export function reserveEnumeration(tiny: bool): void {
  everyTrial = tiny ? newNetwork() : 0;
}

/** Tables of at most so many weight vectors; behind `reserveEnumeration`. */
export function reserveTables(mostVectors: f64): void {
  reservePatterns(mostVectors);
  if (layerCount < 2) return;
  tableTrial = newNetwork();
  const n = <usize>size(1);
  functionChoice = reserve(n << 2);
  functionCells = reserve(((n + 1) * 64) << 3);
  functionCount = reserve((n + 1) << 2);
  functionSums = reserve((n + 1) << 3);
  reserveAnswers();
  reserveSigns(mostVectors);
}

function reserveAnswers(): void {
  Answers.fits = size(1) <= MOST_NEURONS;
  for (let l = 2; l < layerCount; l++) if (size(l) > MOST_ABOVE) Answers.fits = false;
  if (!Answers.fits) return;
  const L = <usize>layerCount;
  answerTrial = newNetwork();
  answerPlus = reserve(MOST_ANSWERS << 3);
  answerMinus = reserve(MOST_ANSWERS << 3);
  answerWeights = reserve(<usize>MOST_ANSWERS * networkLayerBytes(1));
  walkNetwork = newNetwork();
  walkSums = reserve((<usize>size(1) * <usize>CountColumns.padded) << 2);
  walkTolls = reserve(<usize>size(1) << 2);
  walkCells = reserve(<usize>CountColumns.padded << 2);
  answerNeurons = reserve(MOST_ANSWERS << 2);
  cellMaps = reserve(720 << 6);
  layerMasks = reserve((L * LAYER_MASKS) << 3);
  layerCodes = reserve((L * LAYER_MASKS) << 2);
  layerCounts = reserve(L << 2);
  layerTuples = reserve((L * MOST_ABOVE) << 3);
  layerSums = reserve(64 << 2);
  seenPlus = reserve(SEEN << 3);
  seenMinus = reserve(SEEN << 3);
}

function reserveSigns(mostVectors: f64): void {
  SignTable.usable = false;
  SignTable.usableCoarsely = false;
  if (!isPlain()) return; // their odometers run over the same values for every input
  SignTable.usable = Answers.fits && fewEnough(2 * weightBound + 1, mostVectors);
  SignTable.usableCoarsely = Answers.fits && fewEnough(3, min(mostVectors, MOST_COARSE));
  if (!SignTable.usable && !SignTable.usableCoarsely) return;
  const words = (sampleCount + 63) >> 6;
  SignTable.words = words;
  SIGN_LANES = words << 6;
  SignTable.stride = (radius ? 2 * words : words) << 3;
  const vectors = Math.pow(<f64>(SignTable.usable ? 2 * weightBound + 1 : 3), <f64>inputs);
  SignTable.capacity = <i32>min(vectors, MOST_SIGN_BYTES / <f64>(SignTable.stride + 12));
  SignTable.slots = 1;
  while (SignTable.slots < 2 * SignTable.capacity) SignTable.slots <<= 1;
  signWords = reserveRaw(<usize>(SignTable.capacity + 1) * <usize>SignTable.stride);
  signVectors = reserveRaw(<usize>SignTable.capacity << 2);
  signSlots = reserveRaw(<usize>SignTable.slots << 2);
  signSums = reserve(<usize>SIGN_LANES << 2);
  signColumns = reserveRaw((<usize>inputs * <usize>SIGN_LANES) << 2);
  signDigits = reserve(<usize>inputs << 2);
  const n = <usize>size(1);
  const wordBytes = <usize>words << 3;
  signQuery = reserve((n + 1) * 2 * wordBytes);
  signLabels = reserve(2 * wordBytes);
  signCells = reserve((<usize>2 << n) * wordBytes);
  answerChoice = reserve(n << 2);
  scanChoice = reserve(n << 2);
  scanCell = reserve(wordBytes);
}

function reservePatterns(mostVectors: f64): void {
  PatternTable.usable = false;
  PatternTable.usableCoarsely = false;
  if (!isPlain()) return;
  PatternTable.usable = fewEnough(2 * weightBound + 1, mostVectors);
  PatternTable.usableCoarsely = fewEnough(3, min(mostVectors, MOST_COARSE));
  if (!PatternTable.usable && !PatternTable.usableCoarsely) return;
  tableMasks = reserveRaw(MOST_PATTERNS << 3);
  tableValues = reserveRaw(MOST_PATTERNS << 2);
  tableVectors = reserveRaw(MOST_PATTERNS << 2);
  tableSlots = reserveRaw(SLOTS << 2);
  tableSums = reserve(64 << 2);
  tableColumns = reserve(<usize>inputs * (64 << 2));
  tableDigits = reserve(<usize>inputs << 2);
}

function fewEnough(values: i32, mostVectors: f64): bool {
  let count: f64 = 1;
  for (let i = 0; i < inputs; i++) {
    count *= <f64>values;
    if (count > mostVectors) return false;
  }
  return sampleCount <= 4096;
}
