import { printable } from '../printable.js';

/**
 * SVG as strings: the same code draws in Node and in a browser, needs no DOM and no library. Everything that comes from
 * data passes through `escapeText`, so a class named `<script>` is a label and nothing more, and no mark of direction turns
 * the rest of a line round.
 */
export type Attributes = Readonly<Record<string, string | number>>;

/** Colours are the page's (`shell.ts`), which follow the reader's choice of light and dark; alone, a drawing is a light one. */
export const INK = 'var(--ink, #1f2933)';
export const SOFT = 'var(--soft, #52606d)';
export const FAINT = 'var(--axis, #7b8794)';
export const GRID = 'var(--line, #d9dfe5)';
export const TILE = 'var(--tile, #f1f4f7)';
/** Series that stay apart for colour-blind readers: the hues of Okabe and Ito (2008), dark or light enough for what they stand on. */
export const SERIES = [
  'var(--s0, #0072b2)',
  'var(--s1, #d55e00)',
  'var(--s2, #00805d)',
  'var(--s3, #b5548a)',
  'var(--s4, #8f6400)',
  'var(--s5, #56708f)',
] as const;

export function escapeText(text: string): string {
  return printable(text)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;');
}

export function element(name: string, attributes: Attributes, content = ''): string {
  const list = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? short(value) : escapeText(value)}"`)
    .join('');
  return content === '' ? `<${name}${list}/>` : `<${name}${list}>${content}</${name}>`;
}

export function label(x: number, y: number, text: string, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, escapeText(text));
}

/** A whole drawing, with its title as the accessible name. It is as wide as a phone at most, so that its text keeps its size. */
export function drawing(width: number, height: number, title: string, content: string): string {
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${short(width)} ${short(height)}`,
      width,
      height,
      role: 'img',
      'font-family': 'system-ui, sans-serif',
      // Drawn 2 % smaller at 360 px, where nothing may be below 14.
      'font-size': 14.3,
      fill: INK,
    },
    `<title>${escapeText(title)}</title>${content}`,
  );
}

/** Coordinates need no more than hundredths of a pixel; the rest would only be bytes. */
export function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}
