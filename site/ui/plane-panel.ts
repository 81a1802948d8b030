import type { Session } from '../session.js';
import { EDGE, inside, PLANE_CLASSES, type Point, PRESETS, presetPoints } from '../state/plane-data.js';
import type { SettingsStore } from '../state/settings.js';
import { Store } from '../state/store.js';
import type { Region } from '../worker/api.js';
import type { Sample } from './answer-panel.js';
import { h, mark, section } from './dom.js';
import { selectField } from './fields.js';
import { inFrame } from './frames.js';
import { onScheme, paperAndInk } from './weights.js';

const SIZE = 480;
const GRID = 96;
const COLOURS = ['#d55e00', '#0072b2', '#009e73'] as const;
const TIE = '#888888';
const REGION_ALPHA = 77;
const SHAPES = ['circle', 'square', 'triangle'] as const;

/** The plane: points of two or three colours, and what the vote says of every place. Owner of `points`. */
export class PlanePanel {
  readonly element: HTMLElement;
  readonly points = new Store<readonly Point[]>([]);
  private readonly canvas = h('canvas', {
    className: 'plane',
    width: SIZE,
    height: SIZE,
    role: 'img',
  });
  private mode = 0;
  /** What all networks say, a pixel a place; `null`: nothing. */
  private region: HTMLCanvasElement | null = null;
  private asked = 0;
  private readonly drawLater = inFrame(() => this.draw());

  constructor(
    private readonly session: Session,
    settings: SettingsStore,
    private readonly sample: Store<Sample | null>,
  ) {
    const preset = selectField({
      id: 'preset',
      label: 'Begin with',
      options: Object.entries(PRESETS).map(([name, { title }]) => [name, title]),
      onChange: (name) => settings.change({ preset: name }),
    });
    const modes = [...PLANE_CLASSES.map((name) => `add ${name}`), 'ask'].map((title, at) =>
      h(
        'label',
        { className: 'chip wide' },
        h('input', { type: 'radio', name: 'mode', checked: at === 0, onchange: () => (this.mode = at) }),
        h('span', {}, title),
      ),
    );
    const x = numberField('x');
    const y = numberField('y');
    const put = h(
      'button',
      { type: 'button', onclick: () => this.put(x.valueAsNumber, y.valueAsNumber) },
      'Put there',
    );
    const clear = h('button', { type: 'button', onclick: () => this.points.set([]) }, 'Clear');
    this.canvas.addEventListener('pointerdown', (event) => {
      const box = this.canvas.getBoundingClientRect();
      this.put(
        EDGE * ((2 * (event.clientX - box.left)) / box.width - 1),
        EDGE * (1 - (2 * (event.clientY - box.top)) / box.height),
      );
    });
    this.element = section(
      'plane',
      '1 · Points',
      preset.element,
      h('fieldset', {}, h('legend', {}, 'A click or tap will'), ...modes),
      this.canvas,
      h('div', { className: 'buttons' }, h('label', {}, 'x ', x), h('label', {}, 'y ', y), put, clear),
      h(
        'p',
        { className: 'note' },
        'The colour of a place is what all networks together say of it; grey is a tie.',
      ),
    );
    let shown = '';
    settings.listen((now) => {
      if (now.kind !== 'plane' || now.preset === shown) return;
      shown = now.preset;
      preset.input.value = shown;
      this.points.set(presetPoints(shown));
    });
    const draw = this.drawLater;
    this.points.listen(draw);
    onScheme(draw);
    session.knowledge.listen(() => void this.ask());
  }

  private put(x: number, y: number): void {
    if (!Number.isFinite(x) || !Number.isFinite(y)) return;
    if (this.mode === PLANE_CLASSES.length) this.sample.set([inside(x), inside(y)]);
    else this.points.set([...this.points.get(), { x: inside(x), y: inside(y), c: this.mode }]);
    this.drawLater();
  }

  private async ask(): Promise<void> {
    const mine = ++this.asked;
    const { phase, look } = this.session.state.get();
    const region =
      phase === 'idle' || look?.image !== undefined
        ? null
        : await this.session.ask('regions', GRID).catch(() => null);
    if (mine !== this.asked) return;
    this.region = region === null ? null : pictureOf(region);
    this.drawLater();
  }

  private draw(): void {
    const context = this.canvas.getContext('2d') as CanvasRenderingContext2D;
    context.clearRect(0, 0, SIZE, SIZE);
    const points = this.points.get();
    if (this.region !== null) {
      context.imageSmoothingEnabled = false;
      context.drawImage(this.region, 0, 0, SIZE, SIZE);
    }
    const { paper, ink } = paperAndInk();
    context.strokeStyle = ink;
    context.globalAlpha = 0.3;
    context.strokeRect(0.5, SIZE / 2 + 0.5, SIZE, 0);
    context.strokeRect(SIZE / 2 + 0.5, 0.5, 0, SIZE);
    context.globalAlpha = 1;
    for (const point of points) paintPoint(context, point, paper);
    const asked = this.sample.get();
    if (asked?.length === 2) {
      const [px, py] = place(Number(asked[0]), Number(asked[1]));
      context.lineWidth = 3;
      context.strokeRect(px - 9, py - 9, 18, 18);
    }
    const counts = PLANE_CLASSES.map(
      (name, c) => `${points.filter((point) => point.c === c).length} ${name}`,
    );
    mark(this.canvas, 'aria-label', `plane with points: ${counts.join(', ')}`);
  }
}

function numberField(name: string): HTMLInputElement {
  return h('input', {
    type: 'number',
    min: String(-EDGE),
    max: String(EDGE),
    value: '0',
    'aria-label': `${name}, from ${-EDGE} to ${EDGE}`,
  });
}

function place(x: number, y: number): [number, number] {
  return [((x + EDGE) / (2 * EDGE)) * SIZE, ((EDGE - y) / (2 * EDGE)) * SIZE];
}

/** In one piece: nine thousand small rectangles were the page's longest task. */
function pictureOf({ side, labels }: Region): HTMLCanvasElement {
  const canvas = h('canvas', { width: side, height: side });
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  const picture = context.createImageData(side, side);
  for (let at = 0; at < labels.length; at++) {
    const colour = Number.parseInt((COLOURS[labels[at]] ?? TIE).slice(1), 16);
    picture.data.set([colour >> 16, (colour >> 8) & 255, colour & 255, REGION_ALPHA], 4 * at);
  }
  context.putImageData(picture, 0, 0);
  return canvas;
}

/** Colours are shapes, too, for those who see no difference between them. */
function paintPoint(context: CanvasRenderingContext2D, { x, y, c }: Point, rim: string): void {
  const [px, py] = place(x, y);
  context.beginPath();
  if (SHAPES[c] === 'circle') context.arc(px, py, 7, 0, 2 * Math.PI);
  else if (SHAPES[c] === 'square') context.rect(px - 6.5, py - 6.5, 13, 13);
  else {
    context.moveTo(px, py - 8);
    context.lineTo(px + 8, py + 6);
    context.lineTo(px - 8, py + 6);
    context.closePath();
  }
  context.fillStyle = COLOURS[c];
  context.fill();
  context.lineWidth = 2;
  context.strokeStyle = rim;
  context.stroke();
}
