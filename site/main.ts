import './style.css';
import { IS_SINGLE } from './engine/worker-folder.js';
import { Session } from './session.js';
import { type Kind, SettingsStore } from './state/settings.js';
import { Store } from './state/store.js';
import { nextTurn } from './turns.js';
import { AnswerPanel, type Sample } from './ui/answer-panel.js';
import { CertificatePanel } from './ui/certificate-panel.js';
import { trainingControls } from './ui/controls.js';
import { DigitInput } from './ui/digit-input.js';
import { DigitsPanel } from './ui/digits-panel.js';
import { h } from './ui/dom.js';
import { nextFrame } from './ui/frames.js';
import { ModelPanel } from './ui/model-panel.js';
import { PlanePanel } from './ui/plane-panel.js';
import { QualityPanel } from './ui/quality-panel.js';
import { RowInput } from './ui/row-input.js';
import { TablePanel } from './ui/table-panel.js';
import { TrainPanel } from './ui/train-panel.js';
import type { DataRequest, TrainRequest } from './worker/api.js';

/* The page: what there is, and who listens to whom. */

// Between the parts of the page the browser gets its turn: together they would be its longest task.
await nextTurn();
const settings = new SettingsStore();
const session = new Session();
await nextTurn();
/** What the networks are asked about: digits, rows or places set it. */
const sample = new Store<Sample | null>(null);
const digits = new DigitsPanel(settings, session);
const table = new TablePanel(session);
const plane = new PlanePanel(session, settings, sample);
await nextTurn();
const training = new TrainPanel(session, () => void train(), trainingControls(settings));
const digitInput = new DigitInput(session, digits, sample, () => settings.get().classes);
const rowInput = new RowInput(session, sample);
const planeInput = h(
  'p',
  { className: 'note' },
  'Choose “ask” at the points, then click a place: the networks say what it is and why.',
);
const inputs = h('div', {}, digitInput.element, rowInput.element, planeInput);
const answers = new AnswerPanel(session, sample, training, inputs);
await nextTurn();
const certificate = new CertificatePanel(session, sample);
const quality = new QualityPanel(session, () => void sweep());
const model = new ModelPanel(session, (file) => void open(file));

/** All calls of `refresh` until now. */
let refreshed: Promise<unknown> = Promise.resolve();
/** The training in work. */
let running: Promise<unknown> = Promise.resolve();
/** What the data in the brain were made of: settings that change other things leave them alone. */
let known: readonly unknown[] = [];
/** Data that are asked for while older ones are being made. */
let asked = 0;

function requestOf(): DataRequest {
  const { kind, classes, shots, seed } = settings.get();
  if (kind === 'plane') return { kind, points: plane.points.get() };
  if (kind === 'table') return { ...table.table.get(), seed };
  return { kind, classes, shots, drawings: digits.drawings.get() };
}

async function refresh(): Promise<void> {
  const { kind } = settings.get();
  const request = requestOf();
  const now = Object.values(request).map((value) =>
    Array.isArray(value) && value.length < 20 ? value.join() : value,
  );
  if (now.length === known.length && now.every((value, at) => value === known[at])) return;
  known = now;
  const mine = ++asked;
  session.finish();
  await running;
  if (mine !== asked) return;
  const isOther = session.data.get()?.classes !== undefined && kind !== shownKind;
  shownKind = kind;
  if (isOther || kind !== 'digits') sample.set(null);
  session.forget();
  quality.clear();
  training.isChosen = false;
  await session.setData(requestOf());
}
let shownKind: Kind = settings.get().kind;

function trainRequest(): TrainRequest {
  const { objective, hidden, weightBound, radius, copies, features, work, seed } = settings.get();
  return { objective, hidden, weightBound, radius, copies, features, work, seed };
}

async function train(): Promise<void> {
  const { shots, objective, hidden, features, kind } = settings.get();
  const run = session.train(trainRequest());
  running = run;
  await run;
  const parts = [
    objective === 'robust' ? 'robust' : 'paper',
    hidden.length === 0 ? 'no hidden layer' : `hidden ${hidden.join(',')}`,
    ...(kind === 'digits' ? [`${shots} examples`] : []),
    ...(features === 'none' ? [] : [features]),
  ];
  quality.add(parts.join(', '));
}

/** Limits of weights a network that the sweep tries, the paper's stages knowing them. */
const SWEEP = [64, 32, 16, 8, 4, 2] as const;
/** Work units of each, a pair: rows and points are many small steps. */
const SWEEP_WORK = { digits: 2_000_000, table: 1_000_000_000, plane: 100_000_000 } as const;

async function sweep(): Promise<void> {
  for (const maxNonzero of SWEEP) {
    const run = session.train({
      ...trainRequest(),
      objective: 'bemi',
      radius: null,
      work: SWEEP_WORK[settings.get().kind],
      maxNonzero,
    });
    running = run;
    const result = await run;
    if (result === null || result.interrupted) return;
    quality.add(`at most ${maxNonzero} weights a network`);
  }
}

async function open(file: File): Promise<void> {
  session.finish();
  await running;
  const text = await file.text();
  const opened = await session.open(text, file.name);
  if (opened === null) return;
  const { image, columns } = opened;
  const kind: Kind = image !== undefined ? 'digits' : columns?.join() === 'x,y' ? 'plane' : 'table';
  if (kind === settings.get().kind) return;
  // Its part of the page begins with data of its own, and with no model.
  settings.open(kind);
  await refreshed;
  await session.open(text, file.name);
}

const app = document.getElementById('app') as HTMLElement;
const TABS: readonly (readonly [Kind, string])[] = [
  ['digits', 'Digits'],
  ['table', 'Your own table'],
  ['plane', 'Points in the plane'],
];
const tabs = TABS.map(([kind, title]) =>
  h('button', { type: 'button', onclick: () => settings.open(kind) }, title),
);
showKind(settings.get().kind);
const columns = h('div', { className: 'columns' });
app.append(h('nav', { 'aria-label': 'What to train on' }, ...tabs), columns);
for (const panels of [
  [digits, table, plane],
  [training, quality],
  [answers, certificate, model],
]) {
  await nextFrame();
  columns.append(h('div', { className: 'column' }, ...panels.map(({ element }) => element)));
}
app.append(
  h(
    'footer',
    {},
    IS_SINGLE
      ? 'This page is one file; it works wherever it lies.'
      : h(
          'span',
          {},
          'Keep it: ',
          h('a', { href: 'fewbit.html', download: 'fewbit.html' }, 'the whole page as one file'),
          ', which works without a network.',
        ),
  ),
);

function showKind(kind: Kind): void {
  for (const [at, tab] of tabs.entries()) tab.setAttribute('aria-pressed', String(TABS[at][0] === kind));
  digits.element.hidden = digitInput.element.hidden = kind !== 'digits';
  table.element.hidden = rowInput.element.hidden = kind !== 'table';
  plane.element.hidden = planeInput.hidden = kind !== 'plane';
}

await nextTurn();
const again = (): void => {
  refreshed = Promise.all([refreshed, refresh()]);
};
settings.listen(({ kind }) => {
  showKind(kind);
  again();
});
digits.drawings.listen(again);
table.table.listen(again);
plane.points.listen(again);
performance.mark('fewbit ready');
void session.startSolvers();
