import { inkLines } from '../../src/data/digits/pen.js';
import { h } from './dom.js';
import { paperAndInk } from './weights.js';

/** Side of a drawing in pixels, as the built-in digits have it. */
export const SIDE = 28;
/** Longer side of what is drawn, once it is moved into the middle: as large as the built-in digits are. */
const DRAWN = 18;
const NIB = { startRadius: 1, endRadius: 1, edge: 1.1 };

type Line = number[];

/**
 * A pad for mouse, finger or pen. What comes out is drawn with the pen of the built-in digits, moved into the middle and to their size, so
 * that it does not matter where and how large somebody writes.
 */
export class Pad {
  readonly element: HTMLElement;
  private readonly canvas: HTMLCanvasElement;
  private lines: Line[] = [];
  private isDrawing = false;

  constructor(private readonly onDrawn: (pixels: Uint8Array) => void) {
    this.canvas = h('canvas', {
      className: 'pad',
      width: 280,
      height: 280,
      tabIndex: 0,
      role: 'img',
      'aria-label':
        'Pad: draw a digit with mouse, pen or finger. With the keyboard take a drawing from the list instead.',
    });
    this.element = this.canvas;
    this.canvas.addEventListener('pointerdown', (event) => this.begin(event));
    this.canvas.addEventListener('pointermove', (event) => this.go(event));
    for (const end of ['pointerup', 'pointercancel'] as const)
      this.canvas.addEventListener(end, () => this.end());
  }

  clear(): void {
    this.lines = [];
    this.draw();
  }

  /** Shows a picture that was not drawn here. */
  show(pixels: ArrayLike<number>): void {
    this.lines = [];
    const context = this.paper();
    const step = this.canvas.width / SIDE;
    for (let i = 0; i < SIDE * SIDE; i++) {
      if (pixels[i] === 0) continue;
      context.globalAlpha = pixels[i] / 255;
      context.fillRect((i % SIDE) * step, Math.floor(i / SIDE) * step, step + 0.5, step + 0.5);
    }
    context.globalAlpha = 1;
  }

  private begin(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.isDrawing = true;
    this.lines.push(this.at(event));
    this.draw();
  }

  private go(event: PointerEvent): void {
    if (!this.isDrawing) return;
    const line = this.lines[this.lines.length - 1];
    for (const one of event.getCoalescedEvents?.() ?? []) line.push(...this.at(one));
    line.push(...this.at(event));
    this.draw();
  }

  private end(): void {
    if (!this.isDrawing) return;
    this.isDrawing = false;
    this.onDrawn(picture(this.lines));
  }

  private at(event: PointerEvent): [number, number] {
    const box = this.canvas.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * SIDE, ((event.clientY - box.top) / box.height) * SIDE];
  }

  private draw(): void {
    const context = this.paper();
    const step = this.canvas.width / SIDE;
    context.lineWidth = 2 * step;
    context.lineCap = context.lineJoin = 'round';
    for (const line of this.lines) {
      context.beginPath();
      context.moveTo(line[0] * step, line[1] * step);
      for (let at = 0; at < line.length; at += 2) context.lineTo(line[at] * step, line[at + 1] * step);
      context.stroke();
    }
  }

  private paper(): CanvasRenderingContext2D {
    const context = this.canvas.getContext('2d') as CanvasRenderingContext2D;
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    context.fillStyle = context.strokeStyle = paperAndInk().ink;
    return context;
  }
}

/** Lines as a picture of the built-in digits' kind. */
export function picture(lines: readonly Line[]): Uint8Array {
  const xs = lines.flatMap((line) => line.filter((_, at) => at % 2 === 0));
  const ys = lines.flatMap((line) => line.filter((_, at) => at % 2 === 1));
  const [left, right, top, bottom] = [least(xs), most(xs), least(ys), most(ys)];
  const size = Math.max(right - left, bottom - top);
  const scale = size < 1 ? 1 : DRAWN / size;
  const middle = (SIDE - 1) / 2;
  const moved = lines.map((line) => {
    // A dot is a very short line.
    const points = line.length === 2 ? [...line, line[0] + 0.1, line[1]] : line;
    return points.map((value, at) =>
      at % 2 === 0
        ? (value - (left + right) / 2) * scale + middle
        : (value - (top + bottom) / 2) * scale + middle,
    );
  });
  const ink = new Float64Array(SIDE * SIDE);
  inkLines(moved, NIB, ink, SIDE, SIDE);
  return Uint8Array.from(ink, (share) => Math.round(230 * share));
}

function least(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}

function most(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
}
