#!/usr/bin/env node
/*
 * The drawings of docs/the-paper.md, from real trainings of the built-in digits (`npm run -s build`, then `node website/figures.mjs`). Limits are
 * units of work, so the same build draws the same bytes; what the figures say is printed for the text beside them.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { drawDigits } from '../dist/data/index.js';
import { weightImage } from '../dist/report/heatmaps.js';
import { element, escapeText, label } from '../dist/report/svg.js';
import { compileEngine, Engine, solve, train } from '../dist/run/node.js';

const folder = fileURLToPath(new URL('../docs/figures/', import.meta.url));
mkdirSync(folder, { recursive: true });
const IMAGE = { width: 28, height: 28 };
const trainData = (perClass) => drawDigits({ perClass, stream: 'train' });

// Light and dark by the system's choice: each drawing brings its own paper.
const STYLE = `:root{--ink:#1f2933;--soft:#52606d;--line:#d9dfe5;--tile:#f1f4f7;--paper:#fff;--plus:#d55e00;--minus:#0072b2}
@media(prefers-color-scheme:dark){:root{--ink:#e8ebee;--soft:#aeb8c2;--line:#353d46;--tile:#20262d;--paper:#14181c;--plus:#f0883e;--minus:#56b4e9}}
text{font:14px system-ui,sans-serif;fill:var(--ink)}.soft{fill:var(--soft)}.end{text-anchor:end}.middle{text-anchor:middle}`;

function save(name, width, height, title, parts) {
  const content = `<title>${escapeText(title)}</title><style>${STYLE}</style>${element('rect', { width, height, fill: 'var(--paper)' })}${parts.join('')}`;
  const svg = element(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', viewBox: `0 0 ${width} ${height}`, width, height, role: 'img' },
    content,
  );
  writeFileSync(`${folder}${name}.svg`, `${svg}\n`);
  process.stdout.write(`${name}.svg: ${svg.length} bytes\n`);
}

const at = (x, y, svg) => svg.replace('<svg ', `<svg x="${x}" y="${y}" `);
const picture = (x, y, weights, size, title, bound = 1) =>
  at(x, y, weightImage(Array.from(weights), bound, IMAGE, size, title));
const nonzero = (rows) => rows.flat().filter((weight) => weight !== 0).length;

await pairsAndVotes();
await stages();
await bounds();
await radii();

/** Every pair of four digits a network, and how one test image is decided. */
async function pairsAndVotes() {
  const classes = ['1', '4', '7', '9'];
  const { classifier } = await train(trainData(10), {
    classes,
    shots: 10,
    hidden: [],
    workLimit: 40_000_000,
    workers: 0,
  });
  const size = 84;
  const step = 110;
  const parts = [];
  let pair = 0;
  for (let p = 0; p < 4; p++) {
    parts.push(
      label(20 + p * step + size / 2, 24 + p * step + size / 2, classes[p], {
        class: 'middle',
        'font-weight': 700,
      }),
    );
    for (let q = p + 1; q < 4; q++, pair++) {
      const [row] = classifier.pairs[pair].network.weights[0];
      const [x, y] = [20 + p * step, 4 + q * step];
      const title = `${classes[p]} against ${classes[q]}: ${nonzero([row])} of 784 weights`;
      parts.push(
        picture(x, y, row, size, title),
        label(x + size / 2, y + size + 16, `${nonzero([row])} weights`, { class: 'middle soft' }),
      );
    }
  }
  save('pairs', 454, 450, 'A network for every pair of four digits, by its weights', parts);

  const test = drawDigits({ perClass: 10, stream: 'test' });
  const image = images(test, '4').find((one) => classifier.predictOne(one) === '4');
  const { label: said, votes } = classifier.answer(image);
  const decisions = classifier.decisions(image);
  const drawn = [at(20, 30, grey(image))];
  drawn.push(label(76, 20, 'a test image', { class: 'middle soft' }));
  pair = 0;
  for (let p = 0; p < 4; p++) {
    for (let q = p + 1; q < 4; q++, pair++) {
      const winner = decisions[pair] > 0 ? p : q;
      const y = 34 + pair * 22;
      drawn.push(
        label(160, y, `${classes[p]} against ${classes[q]}:`),
        label(266, y, classes[winner], { 'font-weight': 700 }),
      );
    }
  }
  for (const [c, name] of classes.entries()) {
    const y = 40 + c * 30;
    drawn.push(
      label(320, y, name),
      element('rect', { x: 338, y: y - 12, width: 30 * votes[c], height: 14, fill: 'var(--minus)' }),
      label(344 + 30 * votes[c], y, String(votes[c])),
    );
  }
  drawn.push(label(320, 172, `answer: ${said}`, { 'font-weight': 700 }));
  save('votes', 454, 190, `Six networks vote on an image of a 4: the answer is ${said}`, drawn);
  process.stdout.write(`votes ${votes.join(', ')}: ${said}\n`);
}

function images({ samples, labels }, name) {
  return labels.flatMap((one, k) =>
    one === name ? [Array.from(samples.values.slice(k * 784, k * 784 + 784))] : [],
  );
}

function grey(image) {
  const dots = image.map((value, i) =>
    value === 0
      ? ''
      : `<path d="M${i % 28} ${Math.floor(i / 28)}h1v1h-1z" opacity="${(value / 255).toFixed(2)}"/>`,
  );
  return `<svg viewBox="0 0 28 28" width="112" height="112" fill="var(--ink)"><rect width="28" height="28" fill="var(--tile)"/>${dots.join('')}</svg>`;
}

/** The first layer of [784, 4, 4, 1] after SM, after MM and after MW. */
async function stages() {
  const data = trainData(10);
  const runs = ['sm', 'sm,mm', 'sm,mm,mw'];
  const size = 84;
  const parts = [];
  for (const [row, list] of runs.entries()) {
    const options = { classes: ['4', '9'], hidden: [4, 4], stages: list.split(','), workLimit: 400_000_000 };
    const { classifier, pairs } = await train(data, { ...options, shots: 10, workers: 0 });
    const [{ network }] = classifier.pairs;
    const used = pairs[0].nonzero;
    const y = 30 + row * 112;
    parts.push(
      label(16, y - 8, `${list.toUpperCase().replaceAll(',', ' + ')}: ${used} weights that are not 0`),
    );
    for (const [j, weights] of network.weights[0].entries())
      parts.push(picture(16 + j * 96, y, weights, size, `neuron ${j + 1}`));
    process.stdout.write(
      `${list}: ${used} non-zero, ${pairs[0].stages.map(({ stage, objective, bound }) => `${stage} ${objective} (${bound})`).join(', ')}\n`,
    );
  }
  save('stages', 416, 350, 'The four neurons of a first layer after SM, SM + MM and SM + MM + MW', parts);
}

/** MM of a single neuron: the best network and the bound, over work. */
async function bounds() {
  const problem = pairProblem('4', '9', 4);
  let text = '';
  const engine = await Engine.create(
    await compileEngine(readFileSync(new URL('../dist/engine.wasm', import.meta.url))),
  );
  const solution = solve(engine, problem, {
    stages: ['sm', 'mm'],
    workLimit: 60_000_000,
    trace: (lines) => (text += lines),
  });
  const points = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter(
      (line) =>
        line.stage === 'mm' &&
        line.tree === undefined &&
        line.bound !== undefined &&
        line.objective !== undefined,
    );
  const mm = solution.stages.find(({ stage }) => stage === 'mm');
  const box = { left: 70, right: 430, top: 16, bottom: 210 };
  const known = points.filter(({ objective, bound }) => objective !== null && bound !== null);
  const end = Math.max(...points.map(({ work }) => work));
  const best = mm.objective;
  const [low, high] = [best * 0.94, best * 1.06];
  const x = (work) => box.left + (Math.min(work, end) / end) * (box.right - box.left);
  const y = (value) =>
    box.bottom - ((Math.min(high, Math.max(low, value)) - low) / (high - low)) * (box.bottom - box.top);
  const steps = (name) =>
    known
      .map(
        (point, k) =>
          `${k === 0 ? 'M' : 'H'}${x(point.work).toFixed(1)}${k === 0 ? ' ' : 'V'}${y(point[name]).toFixed(1)}`,
      )
      .join('');
  const parts = [];
  for (const value of [low, best, high]) {
    parts.push(
      element('path', { d: `M${box.left} ${y(value).toFixed(1)}H${box.right}`, stroke: 'var(--line)' }),
      label(box.left - 8, y(value) + 5, String(Math.round(value)), { class: 'end' }),
    );
  }
  parts.push(
    element('path', {
      d: `${steps('bound')}H${box.right}`,
      fill: 'none',
      stroke: 'var(--plus)',
      'stroke-width': 2,
      'stroke-dasharray': '6 4',
    }),
    element('path', {
      d: `${steps('objective')}H${box.right}`,
      fill: 'none',
      stroke: 'var(--minus)',
      'stroke-width': 2,
    }),
    label(box.right, box.top + 12, 'dashed: no network has more', { class: 'end soft' }),
    label(box.right, box.bottom - 8, 'solid: the best network so far', { class: 'end soft' }),
    label(box.left, 232, '0'),
    label(box.right, 232, `${(end / 1e6).toFixed(1)} million units of work`, { class: 'end' }),
  );
  save(
    'bounds',
    454,
    244,
    `MM of 4 against 9: margin ${mm.objective}, bound ${mm.bound}, ${mm.status}`,
    parts,
  );
  process.stdout.write(
    `bounds: ${JSON.stringify({ objective: mm.objective, bound: mm.bound, status: mm.status, nodes: mm.nodes, work: end, points: known.length })}\n`,
  );
}

function pairProblem(first, second, shots) {
  const { samples, labels } = trainData(shots);
  const rows = labels.flatMap((name, k) => (name === first || name === second ? [k] : []));
  return {
    layers: [784, 1],
    weightBound: 1,
    epsilon: 0.1,
    linf: 0,
    samples: Int32Array.from(rows.flatMap((k) => Array.from(samples.values.slice(k * 784, k * 784 + 784)))),
    sampleCount: rows.length,
    labels: Int8Array.from(rows, (k) => (labels[k] === first ? 1 : -1)),
  };
}

/** How many answers are right and provably stay so, and what an attack leaves right. */
async function radii() {
  const { classifier } = await train(trainData(10), {
    classes: ['1', '4', '7', '9'],
    shots: 10,
    hidden: [],
    objective: 'robust',
    workLimit: 8_000_000,
    workers: 0,
  });
  const radii = [1, 2, 4, 8, 16, 32, 64];
  const test = drawDigits({ perClass: 50, stream: 'test' });
  const kept = test.labels.flatMap((name, k) =>
    classifier.classes.includes(name) ? [Array.from(test.samples.values.slice(k * 784, k * 784 + 784))] : [],
  );
  const data = { samples: kept, labels: test.labels.filter((name) => classifier.classes.includes(name)) };
  const certify = classifier.evaluateCertificates(data, { radii, attack: 200, clip: [0, 255] });
  const accuracy = certify.right / certify.images;
  process.stdout.write(`radii: ${JSON.stringify(certify)}\n`);
  const box = { left: 60, right: 430, top: 16, bottom: 210 };
  const x = (k) => box.left + (k / radii.length) * (box.right - box.left);
  const y = (share) => box.bottom - share * (box.bottom - box.top);
  const parts = [0, 0.5, 1].flatMap((share) => [
    element('path', { d: `M${box.left} ${y(share)}H${box.right}`, stroke: 'var(--line)' }),
    label(box.left - 8, y(share) + 5, `${100 * share} %`, { class: 'end' }),
  ]);
  const proved = [accuracy, ...certify.radii.map(({ certifiedAccuracy }) => certifiedAccuracy)];
  const { images: attacked, radii: after } = certify.attack;
  const left = [
    certify.attack.right / attacked,
    ...after.map(({ broken }) => (certify.attack.right - broken) / attacked),
  ];
  const path = (values) =>
    values.map((share, k) => `${k === 0 ? 'M' : 'L'}${x(k).toFixed(1)} ${y(share).toFixed(1)}`).join('');
  parts.push(
    element('path', {
      d: path(left),
      fill: 'none',
      stroke: 'var(--plus)',
      'stroke-width': 2,
      'stroke-dasharray': '6 4',
    }),
    element('path', { d: path(proved), fill: 'none', stroke: 'var(--minus)', 'stroke-width': 2 }),
    ...[0, ...radii].map((radius, k) => label(x(k), 230, String(radius), { class: 'middle' })),
    label((box.left + box.right) / 2, 250, 'every pixel off by up to (grey levels of 255)', {
      class: 'middle soft',
    }),
    label(box.left + 8, box.bottom - 26, 'solid: right, and proved to stay so'),
    label(box.left + 8, box.bottom - 8, 'dashed: right, and not broken by the attack'),
  );
  save('radii', 454, 262, 'Certified accuracy and accuracy under attack by radius', parts);
}
