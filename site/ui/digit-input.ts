import type { Session } from '../session.js';
import type { Store } from '../state/store.js';
import type { Drawing } from '../worker/api.js';
import type { Sample } from './answer-panel.js';
import type { DigitsPanel } from './digits-panel.js';
import { h } from './dom.js';
import { inFrame, inPieces } from './frames.js';
import { Pad, SIDE } from './pad.js';
import { onScheme, picturedGrey } from './weights.js';

const SHOWN = 20;

/** A pad and drawings to take, and the way of a drawing into the examples. */
export class DigitInput {
  readonly element: HTMLElement;
  private readonly pad: Pad;
  private readonly strip = h('div', {
    className: 'strip',
    role: 'group',
    'aria-label': 'drawings that were held back',
  });
  private current: Uint8Array | null = null;
  private shown: readonly { readonly image: HTMLImageElement; readonly pixels: Uint8Array }[] = [];
  private readonly drawStrip = inPieces((at) => {
    const entry = this.shown[at];
    if (entry !== undefined) entry.image.src = picturedGrey(entry.pixels, { width: SIDE, height: SIDE });
    return entry !== undefined;
  });

  constructor(
    private readonly session: Session,
    private readonly digits: DigitsPanel,
    private readonly sample: Store<Sample | null>,
    private readonly classes: () => readonly string[],
  ) {
    this.pad = new Pad((pixels) => this.take(pixels));
    const label = h('select', { id: 'own-label' });
    const fill = (): void => {
      const chosen = label.value;
      label.replaceChildren(...this.classes().map((name) => h('option', { value: name }, name)));
      if (this.classes().includes(chosen)) label.value = chosen;
    };
    session.data.listen(fill);
    const add = (held: boolean) => () => {
      if (this.current === null) return;
      const drawing: Drawing = { label: label.value, pixels: this.current, held };
      this.digits.drawings.set([...this.digits.drawings.get(), drawing]);
      this.clear();
    };
    this.element = h(
      'div',
      { className: 'input' },
      h(
        'div',
        { className: 'drawing' },
        this.pad.element,
        h(
          'div',
          { className: 'side' },
          h('p', {}, 'Draw a digit, or take one of these, which no network has seen:'),
          this.strip,
          h('button', { type: 'button', onclick: () => this.clear() }, 'Clear'),
          h(
            'div',
            { className: 'own' },
            h('label', { htmlFor: 'own-label' }, 'My drawing is a '),
            label,
            h('button', { type: 'button', onclick: add(false) }, 'Learn from it'),
            h('button', { type: 'button', onclick: add(true) }, 'Judge by it'),
          ),
        ),
      ),
    );
    const show = inFrame(() => this.showStrip());
    session.data.listen(show);
    onScheme(() => {
      this.drawStrip();
      if (this.current !== null) this.pad.show(this.current);
    });
  }

  private take(pixels: Uint8Array): void {
    this.current = pixels;
    this.sample.set(Array.from(pixels));
  }

  private clear(): void {
    this.current = null;
    this.pad.clear();
    this.sample.set(null);
  }

  private showStrip(): void {
    const { unseen, classes = [] } = this.session.data.get() ?? {};
    if (unseen === undefined) return;
    const size = SIDE * SIDE;
    const each = Math.max(1, Math.floor(SHOWN / classes.length));
    const places = Array.from({ length: each }, (_, n) =>
      classes.flatMap((name) => {
        const at = unseen.labels.flatMap((label, place) => (label === name ? [place] : []))[n];
        return at === undefined ? [] : [at];
      }),
    ).flat();
    this.shown = places.map((at) => ({
      image: h('img', { width: SIDE, height: SIDE, alt: '' }),
      pixels: unseen.values.slice(at * size, (at + 1) * size),
    }));
    this.strip.replaceChildren(
      ...this.shown.map(({ image, pixels }, place) => {
        const onclick = (): void => {
          this.take(pixels);
          this.pad.show(pixels);
        };
        return h(
          'button',
          { type: 'button', 'aria-label': `a ${unseen.labels[places[place]]}`, onclick },
          image,
        );
      }),
    );
    this.drawStrip();
    if (this.current === null && places.length > 0) {
      const middle = places[Math.floor(classes.length / 2)];
      const first = unseen.values.slice(middle * size, (middle + 1) * size);
      this.take(first);
      this.pad.show(first);
    }
  }
}
