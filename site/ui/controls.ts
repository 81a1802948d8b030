import {
  LAYERS,
  MOST_COPIES,
  MOST_RADIUS,
  MOST_WEIGHT,
  type SettingsStore,
  WORKS,
} from '../state/settings.js';
import { h } from './dom.js';
import { rangeField, selectField } from './fields.js';

/** What may be asked of the networks. */
export function trainingControls(settings: SettingsStore): HTMLElement {
  const objective = selectField({
    id: 'objective',
    label: 'What is best',
    options: [
      ['robust', 'robust: right on shifted, turned and bent examples too'],
      ['bemi', 'the paper: right on the examples, widest margins, fewest weights'],
    ],
    onChange: (value) => settings.change({ objective: value === 'bemi' ? 'bemi' : 'robust', radius: null }),
  });
  const hidden = selectField({
    id: 'hidden',
    label: 'Hidden layers of a network',
    options: LAYERS.map((layers) => [
      layers.join('.') || 'none',
      layers.length === 0 ? 'none: a single neuron' : layers.join(' and '),
    ]),
    onChange: (value) =>
      settings.change({ hidden: LAYERS.find((layers) => (layers.join('.') || 'none') === value) ?? [] }),
  });
  const weightBound = rangeField({
    id: 'weight-bound',
    label: 'Weights are whole numbers up to ±',
    min: 1,
    max: MOST_WEIGHT,
    onChange: (value) => settings.change({ weightBound: value }),
  });
  const radius = rangeField({
    id: 'radius',
    label: 'Radius to hold within',
    min: -1,
    max: MOST_RADIUS,
    text: (value) => (value < 0 ? 'by itself' : String(value)),
    hint: 'how far every input may be off, all at once',
    onChange: (value) => settings.change({ radius: value < 0 ? null : value }),
  });
  const copies = rangeField({
    id: 'copies',
    label: 'Moved copies of each example',
    min: 1,
    max: MOST_COPIES,
    hint: 'turned, resized, slanted and bent a little; each has to be right, too',
    onChange: (value) => settings.change({ copies: value }),
  });
  const features = selectField({
    id: 'features',
    label: 'What networks read',
    options: [
      ['none', 'the pixels'],
      ['deskew', 'the pixels, set upright'],
      ['hog', 'edges and their directions'],
    ],
    onChange: (value) => settings.change({ features: value as 'none' | 'deskew' | 'hog' }),
  });
  const work = selectField({
    id: 'work',
    label: 'Search of each pair',
    options: WORKS.map((units) => [
      String(units),
      units === null ? 'as long as the engine plans' : `up to ${units / 1e6} million steps`,
    ]),
    hint: 'steps, not seconds: the same networks on every machine',
    onChange: (value) => settings.change({ work: value === 'null' ? null : Number(value) }),
  });
  const seed = h('input', { type: 'number', id: 'seed', min: '0', max: '4294967295', step: '1' });
  seed.addEventListener('change', () => {
    if (Number.isInteger(seed.valueAsNumber) && seed.validity.valid)
      settings.change({ seed: seed.valueAsNumber });
    else seed.value = String(settings.get().seed);
  });
  settings.listen((now) => {
    objective.input.value = now.objective;
    hidden.input.value = now.hidden.join('.') || 'none';
    weightBound.set(now.weightBound);
    radius.set(now.radius ?? -1);
    radius.element.hidden = now.objective !== 'robust';
    copies.set(now.copies);
    copies.element.hidden = now.objective !== 'robust' || now.kind !== 'digits';
    features.input.value = now.features;
    features.element.hidden = now.kind !== 'digits';
    work.input.value = String(now.work);
    seed.value = String(now.seed);
  });
  return h(
    'details',
    { className: 'controls' },
    h('summary', {}, 'Settings'),
    h(
      'div',
      { className: 'fields' },
      objective.element,
      hidden.element,
      features.element,
      weightBound.element,
      radius.element,
      copies.element,
      work.element,
      h('div', { className: 'field' }, h('label', { htmlFor: 'seed' }, 'Seed'), seed),
    ),
  );
}
