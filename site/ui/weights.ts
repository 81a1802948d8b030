import type { Look } from '../session.js';
import type { PairView } from '../worker/api.js';
import { nextFrame } from './frames.js';

/*
 * Weights and contributions as pictures: orange speaks for the first class of a pair, blue for the second. Drawn with
 * transparent paper, so that they serve light and dark.
 */

export const FIRST = [213, 94, 0] as const;
export const SECOND = [0, 114, 178] as const;
/** Brighter twins for dark paper. */
const FIRST_DARK = [255, 140, 60] as const;
const SECOND_DARK = [80, 175, 240] as const;

const dark = matchMedia('(prefers-color-scheme: dark)');

/** Of the page, as the styles have them: to ask for a computed style would make the browser do its layout on the spot. */
export function paperAndInk(): { readonly paper: string; readonly ink: string } {
  return dark.matches ? { paper: '#12161b', ink: '#e8edf2' } : { paper: '#ffffff', ink: '#1a222c' };
}

function colour(value: number): readonly [number, number, number] {
  if (value > 0) return dark.matches ? FIRST_DARK : FIRST;
  return dark.matches ? SECOND_DARK : SECOND;
}

/** Draws one value an input on a canvas: as pixels of the image, as strokes of a feature map, or as bars. */
export function drawValues(
  canvas: HTMLCanvasElement,
  values: ArrayLike<number>,
  { image, strokes }: Look,
  under?: ArrayLike<number>,
): void {
  const most = largest(values);
  if (image !== undefined && strokes !== undefined && strokes.list.length === values.length) {
    drawStrokes(canvas, values, image, strokes, most, under);
  } else if (image !== undefined && image.width * image.height === values.length) {
    drawPixels(canvas, values, image, most, under);
  } else {
    drawBars(canvas, values, most);
  }
}

/** Where pictures are drawn that are not shown on a canvas. */
let sheet: HTMLCanvasElement | undefined;

/**
 * The address of what is drawn. Every canvas is a layer to the browser, which puts all of them together for each frame: three hundred pairs
 * would cost it a tenth of a second.
 */
function pictured(draw: (canvas: HTMLCanvasElement) => void): string {
  if (sheet === undefined) {
    sheet = document.createElement('canvas');
    sheet.getContext('2d', { willReadFrequently: true });
  }
  draw(sheet);
  return sheet.toDataURL();
}

/** `drawValues` as the address of a picture. */
export function picturedValues(values: ArrayLike<number>, look: Look): string {
  return pictured((canvas) => drawValues(canvas, values, look));
}

/** `drawGrey` as the address of a picture. */
export function picturedGrey(pixels: ArrayLike<number>, size: Size): string {
  return pictured((canvas) => drawGrey(canvas, pixels, size));
}

function largest(values: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i]));
  return most;
}

/** Pixels as numbers: the bytes red, green, blue, alpha, the lowest first, as every machine with a browser has them. One write a pixel. */
function wholePixels({ data }: ImageData): Uint32Array {
  return new Uint32Array(data.buffer);
}
const OPAQUE = 2 ** 24;
const MIDDLE_GREY = 0x808080;

/** How much ink there is; values of a model that scales may lie beyond grey ones. */
function shade(value: number): number {
  return Math.min(255, Math.max(0, Math.round(value))) * OPAQUE;
}

function wholeColour([red, green, blue]: readonly [number, number, number]): number {
  return red + blue * 2 ** 16 + green * 2 ** 8;
}

function inkColour(): number {
  return dark.matches ? 0xebebeb : 0x191919;
}

type Size = { readonly width: number; readonly height: number };

function drawPixels(
  canvas: HTMLCanvasElement,
  values: ArrayLike<number>,
  { width, height }: Size,
  most: number,
  under?: ArrayLike<number>,
): void {
  const context = sized(canvas, width, height);
  const picture = context.createImageData(width, height);
  const pixels = wholePixels(picture);
  const [first, second] = [wholeColour(colour(1)), wholeColour(colour(-1))];
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    const grey = under === undefined ? 0 : under[i];
    if (value !== 0 && most > 0) {
      const alpha = 255 * (0.25 + 0.75 * (Math.abs(value) / most));
      pixels[i] = (value > 0 ? first : second) + shade(alpha);
    } else if (grey > 0) {
      pixels[i] = MIDDLE_GREY + shade(grey / 3);
    }
  }
  context.putImageData(picture, 0, 0);
}

const STROKE_SCALE = 4;

function drawStrokes(
  canvas: HTMLCanvasElement,
  values: ArrayLike<number>,
  { width, height }: Size,
  { list, cell }: NonNullable<Look['strokes']>,
  most: number,
  under?: ArrayLike<number>,
): void {
  const context = sized(canvas, width * STROKE_SCALE, height * STROKE_SCALE);
  context.scale(STROKE_SCALE, STROKE_SCALE);
  if (under !== undefined) {
    for (let i = 0; i < under.length; i++) {
      if (under[i] === 0) continue;
      context.fillStyle = `rgba(128,128,128,${under[i] / 600})`;
      context.fillRect(i % width, Math.floor(i / width), 1, 1);
    }
  }
  context.lineWidth = cell / 8;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value === 0) continue;
    const { x, y, turn } = list[i];
    const [right, down] = [Math.cos(2 * Math.PI * turn), Math.sin(2 * Math.PI * turn)];
    const [middleX, middleY] = [x + right * cell * 0.22, y + down * cell * 0.22];
    const [r, g, b] = colour(value);
    context.strokeStyle = `rgba(${r},${g},${b},${0.15 + 0.6 * (Math.abs(value) / most)})`;
    context.beginPath();
    context.moveTo(middleX + down * cell * 0.3, middleY - right * cell * 0.3);
    context.lineTo(middleX - down * cell * 0.3, middleY + right * cell * 0.3);
    context.stroke();
  }
}

function drawBars(canvas: HTMLCanvasElement, values: ArrayLike<number>, most: number): void {
  const context = sized(canvas, 56, 56);
  const step = 56 / Math.max(1, values.length);
  for (let i = 0; i < values.length; i++) {
    if (values[i] === 0) continue;
    const [r, g, b] = colour(values[i]);
    context.fillStyle = `rgb(${r},${g},${b})`;
    const length = (26 * values[i]) / most;
    context.fillRect(i * step, length > 0 ? 28 - length : 28, Math.max(1, step - 0.5), Math.abs(length));
  }
}

/** A grey picture, ink on the page's own paper. */
export function drawGrey(
  canvas: HTMLCanvasElement,
  pixels: ArrayLike<number>,
  { width, height }: Size,
): void {
  const context = sized(canvas, width, height);
  const picture = context.createImageData(width, height);
  const [whole, ink] = [wholePixels(picture), inkColour()];
  for (let i = 0; i < width * height; i++) whole[i] = ink + shade(pixels[i]);
  context.putImageData(picture, 0, 0);
}

/** Paper between two pictures, in their pixels. */
const GAP = 2;

/** Rows of square grey pictures on one canvas: a canvas each would be a hundred surfaces to make. */
export function drawGreys(
  canvas: HTMLCanvasElement,
  rows: readonly (readonly ArrayLike<number>[])[],
  columns: number,
  side: number,
): void {
  const step = side + GAP;
  const width = columns * step - GAP;
  const context = sized(canvas, width, Math.max(1, rows.length * step - GAP));
  const picture = context.createImageData(canvas.width, canvas.height);
  const [whole, ink] = [wholePixels(picture), inkColour()];
  for (const [row, pictures] of rows.entries()) {
    for (const [column, pixels] of pictures.entries()) {
      for (let i = 0; i < side * side; i++) {
        const at = (row * step + Math.floor(i / side)) * width + column * step + (i % side);
        whole[at] = ink + shade(pixels[i]);
      }
    }
  }
  context.putImageData(picture, 0, 0);
}

function sized(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  canvas.width = width;
  canvas.height = height;
  return canvas.getContext('2d') as CanvasRenderingContext2D;
}

/** The whole first layer in one picture: each neuron by what the layers above make of it, multiplied through. */
export function blended({ weights, upper }: PairView): Float64Array {
  const first = weights ?? [];
  const sum = new Float64Array(first[0]?.length ?? 0);
  let says: readonly number[] = [1];
  for (const layer of [...upper].reverse()) {
    says = layer[0].map((_, i) => layer.reduce((all, row, j) => all + says[j] * row[i], 0));
  }
  for (const [j, row] of first.entries()) {
    for (let i = 0; i < row.length; i++) sum[i] += (says[j] ?? 0) * row[i];
  }
  return sum;
}

/** Pictures are drawn anew when the system goes from light to dark: a frame later, as the browser has all styles to compute in this one. */
export function onScheme(draw: () => void): void {
  dark.addEventListener('change', () => void nextFrame().then(draw));
}
