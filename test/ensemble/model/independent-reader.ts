/*
 * A reader of models written from docs/formats.md alone ("Scaling", "Prediction", the text of weights): it imports nothing,
 * and looks at no code of fewbit. Whole numbers are BigInt where the document says that they are whole.
 */

type Json = Record<string, unknown>;

/** The label of a row, `null` for no label. */
export function predictByTheBook(
  text: string,
  row: readonly number[],
  rule: 'paper' | 'recursive',
): string | null {
  const model = JSON.parse(text) as Json;
  const classes = model.classes as string[];
  const layers = model.layers as number[];
  const scaled = row.map((x, i) => BigInt(scale(model.scaling as Json, x, i)));
  const answers = new Map<string, number>();
  for (const pair of model.pairs as Json[]) {
    if (pair.weights === null) continue;
    const [first, second] = pair.classes as string[];
    let inputs = scaled;
    for (const [l, layer] of (pair.weights as string[][]).entries()) {
      inputs = layer.map((neuron, j) => {
        const weights = weightsOf(neuron);
        if (weights.length !== layers[l]) throw new Error('a neuron of another length');
        let sum = l === 0 && pair.biases !== undefined ? BigInt((pair.biases as number[])[j]) : 0n;
        for (const [i, weight] of weights.entries()) sum += BigInt(weight) * inputs[i];
        return sum >= 0n ? 1n : -1n;
      });
    }
    answers.set(`${classes.indexOf(first)},${classes.indexOf(second)}`, inputs[0] > 0n ? 1 : 2);
  }
  const winner = count(classes, answers, rule);
  return winner === undefined ? null : classes[winner];
}

/** One value of column i. */
export function scale(scaling: Json, x: number, i: number): number {
  const list = (name: string): number[] => scaling[name] as number[];
  if (scaling.kind === 'identity') return cut(round(x), 32767);
  if (scaling.kind === 'factor') return cut(round(x * (scaling.factor as number)), 32767);
  if (scaling.kind === 'centred') {
    const end = (scaling.end as number | undefined) ?? 127;
    if (list('half')[i] === 0) return 0;
    const apart = x - list('middle')[i];
    const share = apart / list('half')[i];
    return cut(round(share * end), 2 * end + 1);
  }
  if (scaling.kind === 'quantile') {
    const thresholds = (scaling.thresholds as number[][])[i];
    const m = BigInt(thresholds.length);
    if (m === 0n) return 0;
    const k = BigInt(thresholds.filter((t) => t <= x).length);
    return Number((508n * k + m) / (2n * m)) - 127;
  }
  if (scaling.kind !== 'contrast') throw new Error('an unknown kind');
  const size = x < 0 ? -x : x;
  const root = Math.sqrt(size / (scaling.white as number)) * 255;
  return cut(round(x < 0 ? -root : root), 32512) - list('middle')[i];
}

function round(v: number): number {
  if (!Number.isFinite(v)) return v;
  const whole = Math.floor(v);
  return v - whole >= 0.5 ? whole + 1 : whole;
}

function cut(v: number, c: number): number {
  if (v > c) return c;
  if (v < -c) return -c;
  return v;
}

function weightsOf(text: string): number[] {
  const weights: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (sign >= '0' && sign <= '9') {
      let digits = '';
      while (text[at] >= '0' && text[at] <= '9') digits += text[at++];
      at--;
      for (let zero = 0; zero < Number(digits); zero++) weights.push(0);
    } else if (sign === '+') weights.push(1);
    else if (sign === '-') weights.push(-1);
    else if (sign === '(') {
      const end = text.indexOf(')', at);
      weights.push(Number(text.slice(at + 1, end)));
      at = end;
    } else if (sign >= 'b' && sign <= 'z') weights.push('bcdefghijklmnopqrstuvwxyz'.indexOf(sign) + 2);
    else weights.push(-('BCDEFGHIJKLMNOPQRSTUVWXYZ'.indexOf(sign) + 2));
  }
  return weights;
}

/** The winner, `undefined` for no label. */
function count(
  classes: readonly string[],
  answers: ReadonlyMap<string, number>,
  rule: string,
): number | undefined {
  const answerOf = (p: number, q: number): number | undefined => answers.get(`${p},${q}`);
  let candidates = classes.map((_, c) => c);
  for (;;) {
    const votes = new Map(candidates.map((c) => [c, 0]));
    for (const p of candidates) {
      for (const q of candidates) {
        const answer = p < q ? answerOf(p, q) : undefined;
        if (answer === 1) votes.set(p, (votes.get(p) ?? 0) + 1);
        if (answer === 2) votes.set(q, (votes.get(q) ?? 0) + 1);
      }
    }
    const most = Math.max(...votes.values());
    const leaders = candidates.filter((c) => votes.get(c) === most);
    if (leaders.length === 1) return leaders[0];
    if (leaders.length === 2) {
      const answer = answerOf(leaders[0], leaders[1]);
      return answer === undefined ? undefined : leaders[answer - 1];
    }
    if (rule === 'paper' || leaders.length === candidates.length) return undefined;
    candidates = leaders;
  }
}

/** What networks read of a row of fields ("Encoding"); `undefined` where the document says that it is an error. */
export function encodeByTheBook(encoding: Json, fields: readonly string[]): number[] | undefined {
  const one = encoding.one as number;
  const out: number[] = [];
  for (const [i, column] of (encoding.columns as Json[]).entries()) {
    const field = fields[i];
    const levels = column.levels as string[] | undefined;
    if (column.kind === 'none') continue;
    const isNumber = field !== '' && Number.isFinite(Number(field));
    const level =
      levels === undefined ? -1 : levels.indexOf(isNumber ? JSON.stringify(Number(field)) : field);
    const word = ['na', 'n/a', 'nan', 'null', 'none', '-'].includes(field.toLowerCase());
    const missing = field === '' || field === '?' || (word && level < 0);
    if (missing && encoding.complete === true) return undefined;
    if (levels === undefined && !missing && !isNumber) return undefined;
    const x = missing ? (column.fill as number) : Number(field);
    const thresholds = column.thresholds as number[];
    if (column.kind === 'whole') out.push(scale({ kind: 'identity' }, x, 0));
    else if (column.kind === 'range') {
      const { middle, half, end } = column;
      out.push(scale({ kind: 'centred', middle: [middle], half: [half], end }, x, 0));
    } else if (column.kind === 'rank') out.push(scale({ kind: 'quantile', thresholds: [thresholds] }, x, 0));
    else if (column.kind === 'steps') out.push(...thresholds.map((t) => (x >= t ? one : 0)));
    else if (column.kind === 'category') out.push(...(levels ?? []).map((_, l) => (l === level ? one : 0)));
    else out.push(...(levels ?? []).slice(1).map((_, l) => (level >= l + 1 ? one : 0)));
    if (column.missing === true) out.push(missing ? one : 0);
  }
  return out.map((value) => value + 0); // integers know no -0
}

/** The probability of the first class in millionths by "Calibration" of docs/formats.md, of a score that is a whole number. */
export function millionthsByTheBook(text: string, score: bigint): bigint {
  const calibration = (JSON.parse(text) as Json).calibration as Json;
  if (calibration.kind === 'isotonic') {
    let said: Json | undefined;
    for (const step of calibration.steps as Json[]) {
      if (step.from === null || BigInt(step.from as number) <= score) said = step;
    }
    const [first, rows] = [BigInt(said?.first as number), BigInt(said?.rows as number)];
    return (2000000n * first + rows) / (2n * rows);
  }
  if (calibration.kind !== 'platt') throw new Error('an unknown kind');
  const { slope, scale, intercept } = calibration as { slope: number; scale: number; intercept: number };
  const logit = (slope * Number(score)) / scale + intercept;
  return BigInt(Math.floor(1000000 / (1 + Math.exp(-logit)) + 0.5));
}
