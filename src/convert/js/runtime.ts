/*
 * The code of a converted model in JavaScript, as text: it is put behind `const model = {..};` and needs nothing else. Each step is one of
 * docs/formats.md (Scaling, Prediction); src/ensemble/ and src/certify/ have the same with their reasons.
 */

/** Reading, scaling, networks and votes. */
export const RUNTIME = `const { classes, layers, scaling, inputs } = model;
const pairs = [];
for (let p = 0; p < classes.length; p++) for (let q = p + 1; q < classes.length; q++) pairs.push([p, q]);

function decode(text, length) {
  const weights = new Int8Array(length);
  let at = 0;
  for (const [token] of text.matchAll(/\\d+|[+-]|[a-zA-Z]|\\(-?\\d+\\)/g)) {
    const code = token.charCodeAt(0);
    if (code >= 48 && code <= 57) at += Number(token);
    else if (token === '+') weights[at++] = 1;
    else if (token === '-') weights[at++] = -1;
    else if (token[0] === '(') weights[at++] = Number(token.slice(1, -1));
    else weights[at++] = code > 96 ? code - 96 : 64 - code;
  }
  return weights;
}

const networks = model.networks.map((texts) =>
  texts === null ? null : texts.map((layer, l) => layer.map((text) => decode(text, layers[l]))),
);

// First layers as one matrix by input: for input i, entries start[i] .. start[i + 1] - 1 are the neurons that read it.
const rows = networks.flatMap((network) => (network === null ? [] : network[0]));
const read = layers[0];
const start = new Uint32Array(read + 1);
for (const row of rows) for (let i = 0; i < read; i++) if (row[i] !== 0) start[i + 1]++;
for (let i = 0; i < read; i++) start[i + 1] += start[i];
const fill = start.slice();
const neuron = new Uint32Array(start[read]);
const weight = new Int8Array(start[read]);
const norms = new Float64Array(rows.length);
for (const [h, row] of rows.entries()) {
  for (let i = 0; i < read; i++) {
    if (row[i] === 0) continue;
    neuron[fill[i]] = h;
    weight[fill[i]++] = row[i];
    norms[h] += Math.abs(row[i]);
  }
}
const sums = new Float64Array(rows.length);
const answers = new Int8Array(pairs.length);
const values = new Int32Array(read);
const whole = new Int32Array(inputs);
const accept = model.features === undefined ? (row) => values.set(row) : (row) => features(Array.from(row));

function round(value, limit) {
  return Math.max(-limit, Math.min(limit, Math.round(value))) + 0;
}

function scaled(x, i) {
  switch (scaling.kind) {
    case 'identity':
      return round(x, 32767);
    case 'factor':
      return round(x * scaling.factor, 32767);
    case 'centred': {
      const end = scaling.end === undefined ? 127 : scaling.end;
      return scaling.half[i] === 0 ? 0 : round(((x - scaling.middle[i]) / scaling.half[i]) * end, 2 * end + 1);
    }
    case 'quantile': {
      const list = scaling.thresholds[i];
      if (list.length === 0) return 0;
      let reached = 0;
      while (reached < list.length && x >= list[reached]) reached++;
      return Math.floor((508 * reached + list.length) / (2 * list.length)) - 127;
    }
    default: {
      const root = Math.sqrt(Math.abs(x) / scaling.white) * 255;
      return round(x < 0 ? -root : root, 32512) - scaling.middle[i];
    }
  }
}

function add(row) {
  if (row === null || typeof row !== 'object' || row.length !== inputs) {
    throw new TypeError(\`expected a row of \${inputs} numbers\`);
  }
  if (model.encoding !== undefined) encode(row);
  else for (let i = 0; i < inputs; i++) {
    const x = row[i];
    if (typeof x !== 'number' || !Number.isFinite(x)) throw new TypeError(\`value \${i}: expected a finite number\`);
    whole[i] = scaled(x, i);
  }
  if (model.encoding === undefined) accept(whole);
  if (model.biases === undefined) sums.fill(0);
  else sums.set(model.biases);
  for (let i = 0; i < read; i++) {
    const x = values[i];
    if (x === 0) continue;
    for (let k = start[i]; k < start[i + 1]; k++) sums[neuron[k]] += x * weight[k];
  }
}

// The layers above the first; a sign of 0 is open, and so is then whatever hangs on it.
function climb(network, signs) {
  let below = signs;
  for (let l = 1; l < network.length; l++) {
    below = network[l].map((row) => {
      let sum = 0;
      let open = 0;
      for (let i = 0; i < row.length; i++) {
        if (below[i] === 0) open += Math.abs(row[i]);
        else sum += below[i] * row[i];
      }
      return sum >= open ? 1 : sum < -open ? -1 : 0;
    });
  }
  return below[0];
}

// Answers by the signs of the first layer, kept once they were asked for.
const tables = networks.map((network) =>
  network !== null && network[0].length <= 12 ? new Int8Array(2 ** network[0].length) : null,
);

function signsAt(from, width) {
  const signs = [];
  for (let j = 0; j < width; j++) signs.push(sums[from + j] >= 0 ? 1 : -1);
  return signs;
}

function evaluate(row) {
  add(row);
  let from = 0;
  for (let n = 0; n < networks.length; n++) {
    const network = networks[n];
    if (network === null) continue;
    const width = network[0].length;
    const table = tables[n];
    let bits = 0;
    if (table !== null) for (let j = 0; j < width; j++) if (sums[from + j] >= 0) bits |= 1 << j;
    if (table === null) answers[n] = climb(network, signsAt(from, width));
    else answers[n] = table[bits] || (table[bits] = climb(network, signsAt(from, width)));
    from += width;
  }
}

function count(among) {
  const counts = classes.map(() => 0);
  for (let n = 0; n < pairs.length; n++) {
    const [p, q] = pairs[n];
    if (answers[n] === 0 || (among !== null && !(among.includes(p) && among.includes(q)))) continue;
    counts[answers[n] > 0 ? p : q]++;
  }
  return counts;
}

function leaders(counts, among) {
  const most = Math.max(...among.map((c) => counts[c]));
  return among.filter((c) => counts[c] === most);
}

function elect() {
  if (model.vote === 'margin') return electByMargin(radiiOf());
  let first = leaders(count(null), [...classes.keys()]);
  while (model.vote === 'recursive' && first.length > 2) {
    const fewer = leaders(count(first), first);
    if (fewer.length === first.length) break;
    first = fewer;
  }
  return decide(first);
}

// One leader wins; of two the one that their own network answers.
function decide(first) {
  if (first.length === 1) return first[0];
  if (first.length > 2) return -1;
  const answer = answers[pairs.findIndex(([p, q]) => p === first[0] && q === first[1])];
  return answer === 0 ? -1 : answer > 0 ? first[0] : first[1];
}

/** The name of the class of a row of numbers, null for no label. */
function predict(row) {
  evaluate(row);
  const label = elect();
  return label < 0 ? null : classes[label];
}

/** How many networks vote for each class. */
function votes(row) {
  evaluate(row);
  return count(null);
}`;

/** How far a label holds. */
export const CERTIFY_RUNTIME = `
function over(network, signs) {
  const answer = climb(network, signs);
  if (answer !== 0 || network.length < 3) return answer;
  const open = [...signs.keys()].filter((j) => signs[j] === 0);
  if (open.length > 12) return 0;
  let first = 0;
  for (let bits = 0; bits < 2 ** open.length; bits++) {
    const trial = signs.slice();
    open.forEach((j, k) => {
      trial[j] = (bits >> k) & 1 ? 1 : -1;
    });
    const found = climb(network, trial);
    if (bits === 0) first = found;
    else if (found !== first) return 0;
  }
  return first;
}

// Thresholds in ascending order, and the first of them beyond which something no longer holds.
function firstAt(steps, holds) {
  for (const step of [...new Set(steps)].filter((s) => s < Infinity).sort((a, b) => a - b)) {
    if (!holds(step)) return step;
  }
  return Infinity;
}

function networkRadius(network, from) {
  const signs = signsAt(from, network[0].length);
  const reach = signs.map((sign, j) => {
    if (norms[from + j] === 0) return Infinity;
    return Math.floor((sign > 0 ? sums[from + j] : -sums[from + j] - 1) / norms[from + j]);
  });
  return firstAt(reach, (step) => over(network, signs.map((sign, j) => (reach[j] <= step ? 0 : sign))) !== 0);
}

function isSafe(radii, step, label) {
  const certain = classes.map(() => 0);
  const open = classes.map(() => 0);
  const own = classes.map(() => false);
  for (let n = 0; n < pairs.length; n++) {
    const [p, q] = pairs[n];
    if (answers[n] === 0) continue;
    if (radii[n] <= step) {
      open[p]++;
      open[q]++;
      continue;
    }
    const winner = answers[n] > 0 ? p : q;
    certain[winner]++;
    if (winner === label) own[p + q - label] = true;
  }
  let ties = 0;
  for (let c = 0; c < classes.length; c++) {
    if (c === label) continue;
    const lead = certain[label] - certain[c] - open[c];
    if (lead < 0 || (lead === 0 && !own[c])) return false;
    if (lead === 0) ties++;
  }
  return ties <= 1;
}

function radiiOf() {
  const radii = [];
  let from = 0;
  for (const network of networks) {
    radii.push(network === null ? Infinity : networkRadius(network, from));
    if (network !== null) from += network[0].length;
  }
  return radii;
}

function weightOf(radius) {
  return radius === Infinity ? 1 : Math.min(radius, 3) + 1;
}

function electByMargin(radii) {
  const scores = classes.map(() => 0);
  for (let n = 0; n < pairs.length; n++) {
    const [p, q] = pairs[n];
    scores[p] += answers[n] * weightOf(radii[n]);
    scores[q] -= answers[n] * weightOf(radii[n]);
  }
  return decide(leaders(scores, [...classes.keys()]));
}

function marginRadius(radii, label) {
  const at = new Map(pairs.map(([p, q], n) => [p * classes.length + q, n]));
  // The least that the network of two classes says for the one against the other within a distance.
  const worst = (one, other, distance) => {
    const n = at.get(Math.min(one, other) * classes.length + Math.max(one, other));
    const answer = one < other ? answers[n] : -answers[n];
    if (answer === 0 || radii[n] === Infinity) return answer;
    if (answer < 0) return -weightOf(radii[n] + distance);
    return radii[n] >= distance ? weightOf(radii[n] - distance) : -weightOf(distance - radii[n] - 1);
  };
  const holds = (distance) =>
    classes.every((_, rival) => {
      if (rival === label) return true;
      let lead = 2 * worst(label, rival, distance);
      for (let c = 0; c < classes.length; c++) {
        if (c !== label && c !== rival) lead += worst(label, c, distance) + worst(c, rival, distance);
      }
      return lead > 0;
    });
  if (!holds(0)) return 0;
  let low = 0;
  let high = Math.max(0, ...radii.filter((radius) => radius < Infinity)) + 4;
  if (holds(high)) return Infinity;
  while (high - low > 1) {
    const middle = low + Math.floor((high - low) / 2);
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** The label, and the largest whole change of every value (as the networks read them) at which it provably stays. */
function certify(row) {
  evaluate(row);
  const label = elect();
  if (label < 0) return { label: null, radius: null };
  const radii = radiiOf();
  if (model.vote === 'margin') return { label: classes[label], radius: marginRadius(radii, label) };
  return { label: classes[label], radius: firstAt(radii, (step) => isSafe(radii, step, label)) };
}`;
