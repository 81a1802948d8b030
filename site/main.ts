import './style.css';
import { Session } from './session.js';
import { type Kind, SettingsStore } from './state/settings.js';
import { AnswerPanel } from './ui/answer-panel.js';
import { trainingControls } from './ui/controls.js';
import { DigitInput } from './ui/digit-input.js';
import { DigitsPanel } from './ui/digits-panel.js';
import { h } from './ui/dom.js';
import { TrainPanel } from './ui/train-panel.js';
import type { DataRequest } from './worker/api.js';

/* The page: what there is, and who listens to whom. */

const settings = new SettingsStore();
const session = new Session();
const digits = new DigitsPanel(settings, session);

const training = new TrainPanel(session, () => void train(), trainingControls(settings));
const digitInput = new DigitInput(
  session,
  digits,
  () => answers.sample,
  () => settings.get().classes,
);
const answers: AnswerPanel = new AnswerPanel(
  session,
  training.chosen,
  (pair) => training.choose(pair),
  digitInput.element,
);

function requestOf(): DataRequest {
  const { classes, shots } = settings.get();
  return { kind: 'digits', classes, shots, drawings: digits.drawings.get() };
}

/** What the data in the brain were made of: settings that change other things leave them alone. */
let known: unknown[] = [];

async function refresh(): Promise<void> {
  const { kind, classes, shots } = settings.get();
  const now = [kind, classes.join(), shots, digits.drawings.get()];
  if (now.every((value, at) => value === known[at])) return;
  known = now;
  const { phase } = session.state.get();
  if (phase === 'running' || phase === 'paused') session.finish();
  await session.setData(requestOf());
}

async function train(): Promise<void> {
  const { objective, hidden, weightBound, radius, features, work, seed } = settings.get();
  await session.train({ objective, hidden, weightBound, radius, features, work, seed });
}

const app = document.getElementById('app') as HTMLElement;
const TABS: readonly (readonly [Kind, string])[] = [['digits', 'Digits']];
const tabs = TABS.map(([kind, title]) =>
  h('button', { type: 'button', onclick: () => settings.open(kind) }, title),
);
app.append(
  h('nav', { 'aria-label': 'What to train on' }, ...tabs),
  h('div', { className: 'columns' }, digits.element, training.element, answers.element),
);
settings.listen(({ kind }) => {
  for (const [at, tab] of tabs.entries()) tab.setAttribute('aria-pressed', String(TABS[at][0] === kind));
  void refresh();
});
digits.drawings.listen(() => void refresh());
