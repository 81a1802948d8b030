import type { Session } from '../session.js';
import { ALL_DIGITS, MOST_SHOTS, type SettingsStore } from '../state/settings.js';
import { Store } from '../state/store.js';
import type { DataShown, Drawing } from '../worker/api.js';
import { h, mark, say, section } from './dom.js';
import { rangeField } from './fields.js';
import { inFrame } from './frames.js';
import { drawGreys, onScheme } from './weights.js';

/** Pictures of a class that are shown; the rest is a number. */
const SHOWN = 6;

/** Which digits, how many examples, and what they look like. Owner of the drawings that somebody made. */
export class DigitsPanel {
  readonly element: HTMLElement;
  readonly drawings = new Store<readonly Drawing[]>([]);
  private readonly gallery = h('canvas', { className: 'gallery', role: 'img', 'aria-label': 'examples' });
  private readonly note = h('p', { className: 'note' });
  private readonly shots: ReturnType<typeof rangeField>;
  private readonly boxes: readonly HTMLInputElement[];

  constructor(
    private readonly settings: SettingsStore,
    session: Session,
  ) {
    this.boxes = ALL_DIGITS.map((digit) =>
      h('input', { type: 'checkbox', value: digit, onchange: () => this.choose() }),
    );
    this.shots = rangeField({
      id: 'shots',
      label: 'Examples of each',
      min: 1,
      max: MOST_SHOTS,
      onChange: (shots) => settings.change({ shots }),
    });
    const forget = h(
      'button',
      { type: 'button', className: 'quiet', onclick: () => this.drawings.set([]) },
      'Forget my drawings',
    );
    this.element = section(
      'examples',
      '1 · Examples',
      h(
        'fieldset',
        { className: 'digits' },
        h('legend', {}, 'Digits to tell apart (two or more)'),
        ...ALL_DIGITS.map((digit, at) =>
          h('label', { className: 'chip' }, this.boxes[at], h('span', {}, digit)),
        ),
      ),
      this.shots.element,
      this.gallery,
      this.note,
      forget,
    );
    this.drawings.listen((drawings) => {
      forget.hidden = drawings.length === 0;
    });
    settings.listen(({ classes, shots }) => {
      for (const box of this.boxes) box.checked = classes.includes(box.value);
      this.shots.set(shots);
    });
    const show = inFrame(() => this.show(session.data.get()));
    session.data.listen(show);
    onScheme(show);
  }

  private choose(): void {
    const classes = this.boxes.filter(({ checked }) => checked).map(({ value }) => value);
    if (classes.length >= 2) this.settings.change({ classes });
    else for (const box of this.boxes) box.checked = this.settings.get().classes.includes(box.value);
  }

  private show(view: DataShown | null): void {
    if (view?.pictures === undefined) return;
    const { values, labels, side } = view.pictures;
    const size = side * side;
    const own = this.drawings.get().filter(({ held }) => !held).length;
    const rows = view.classes.map((name) =>
      labels
        .flatMap((label, at) => (label === name ? [at] : []))
        .slice(0, SHOWN)
        .map((at) => values.subarray(at * size, (at + 1) * size)),
    );
    drawGreys(this.gallery, rows, SHOWN, side);
    mark(this.gallery, 'aria-label', `examples of ${view.classes.join(', ')}, a row each`);
    const shots = view.counts[0] ?? 0;
    say(
      this.note,
      `${shots * view.classes.length} drawings to learn from${own > 0 ? ` (${own} of them yours)` : ''}` +
        `${shots > SHOWN ? `, the first ${SHOWN} of each digit shown` : ''}; ${view.heldBack} others are held back to judge by.`,
    );
  }
}
