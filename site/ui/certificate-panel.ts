import type { Session } from '../session.js';
import type { Store } from '../state/store.js';
import type { CertificateView } from '../worker/api.js';
import type { Sample } from './answer-panel.js';
import { h, say, section } from './dom.js';
import { rangeField } from './fields.js';
import { inFrame } from './frames.js';
import { drawGrey, onScheme } from './weights.js';

/** A certificate costs a little; while somebody draws, none is asked for. */
const PAUSE_MS = 250;
/** As far as the slider goes where nothing was found. */
const FAR = 64;

/**
 * How far the answer holds: up to a radius that is proved, and from another one on that an attack has found. The slider walks
 * from the sample to the attack's picture and says what is known at each step.
 */
export class CertificatePanel {
  readonly element: HTMLElement;
  private readonly slider: ReturnType<typeof rangeField>;
  private readonly zones = h('div', { className: 'zones', 'aria-hidden': 'true' });
  private readonly pictures = h('div', { className: 'pictures' });
  private readonly before = h('canvas', { role: 'img', 'aria-label': 'the sample' });
  private readonly after = h('canvas', { role: 'img', 'aria-label': 'the sample, changed' });
  private readonly caption = h('figcaption', {});
  private readonly words = h('p', { role: 'status' });
  private readonly summary = h('p', { className: 'note' });
  private readonly body = h('div', {});
  private timer: ReturnType<typeof setTimeout> | undefined;
  private asked = 0;
  private view: CertificateView | null = null;
  private readonly draw = inFrame(() => this.show());
  private readonly walkLater = inFrame(() => void this.walk());

  constructor(
    private readonly session: Session,
    private readonly sample: Store<Sample | null>,
  ) {
    this.slider = rangeField({
      id: 'certified',
      label: 'Every value may change by up to',
      min: 0,
      max: FAR,
      onInput: () => this.walkLater(),
    });
    this.pictures.append(
      h('figure', {}, this.before, h('figcaption', {}, 'as it is')),
      h('figure', {}, this.after, this.caption),
    );
    this.body.append(this.summary, this.slider.element, this.zones, this.words, this.pictures);
    this.element = section('certificate', '4 · How far does the answer hold?', this.body);
    const later = (): void => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.ask(), PAUSE_MS);
    };
    this.sample.listen(later);
    session.knowledge.listen(later);
    onScheme(this.walkLater);
    this.element.hidden = true;
  }

  private async ask(): Promise<void> {
    const sample = this.sample.get();
    const mine = ++this.asked;
    const { phase, look } = this.session.state.get();
    // Fields of a table have units of their own: there is no one step that all of them could make.
    const isNumbers = sample?.every((field) => typeof field === 'number') === true;
    if (
      sample === null ||
      phase !== 'done' ||
      !isNumbers ||
      (look?.cards !== undefined && look.image === undefined && sample.length !== 2)
    ) {
      this.element.hidden = true;
      return;
    }
    try {
      const view = await this.session.ask('certify', sample as readonly number[]);
      if (mine !== this.asked) return;
      this.view = view;
      this.draw();
    } catch {
      this.element.hidden = true;
    }
  }

  private show(): void {
    const { view } = this;
    this.element.hidden = view === null || view.label === null;
    if (view === null || view.label === null) return;
    const { proved, attack, label } = view;
    const held = proved ?? 0;
    const end = attack === null ? Math.max(FAR, held) : Math.ceil(Math.max(attack.radius * 1.4, held + 2));
    this.slider.input.max = String(Number.isFinite(end) ? end : FAR);
    const share = (radius: number): string => `${(100 * Math.min(radius, end)) / end}%`;
    this.zones.style.setProperty('--proved', share(held));
    this.zones.style.setProperty('--broken', attack === null ? '100%' : share(attack.radius));
    say(
      this.summary,
      `Proved: it stays ${label} while no value changes by more than ${held}. ` +
        (attack === null
          ? 'No attack was found.'
          : `An attack was found that changes values by ${attack.radius}${attack.label === null ? ' and leaves no answer' : ` and makes it ${attack.label}`}.`),
    );
    this.slider.set(Math.min(attack?.radius ?? held, end));
    this.walkLater();
  }

  private async walk(): Promise<void> {
    const { view } = this;
    if (view === null || view.label === null) return;
    const { input, attack, proved, label } = view;
    const radius = this.slider.input.valueAsNumber;
    const share = attack === null ? 0 : Math.min(1, radius / attack.radius);
    const changed = input.map((value, i) =>
      Math.round(value + (attack === null ? 0 : attack.input[i] - value) * share),
    );
    const { image } = this.session.state.get().look ?? {};
    this.pictures.hidden = image === undefined;
    if (image !== undefined) {
      drawGrey(this.before, input, image);
      drawGrey(this.after, changed, image);
    }
    const answer = await this.session.ask('answerInput', changed).catch(() => null);
    if (view !== this.view || radius !== this.slider.input.valueAsNumber) return;
    const now = answer === null ? '' : answer.label === null ? 'no answer' : answer.label;
    this.caption.textContent = `off by ${radius} at most: ${now}`;
    const where =
      radius <= (proved ?? 0) ? 'proved' : attack !== null && radius >= attack.radius ? 'broken' : 'between';
    this.words.className = `zone-${where}`;
    this.words.textContent = {
      proved: `✓ Proved: within ${radius} no change whatever makes it anything but ${label}.`,
      between: `? Within ${radius} neither a proof nor an attack is known. The picture is the attack, not yet strong enough.`,
      broken: `✗ Broken: this change within ${radius} makes it ${now}.`,
    }[where];
  }
}
