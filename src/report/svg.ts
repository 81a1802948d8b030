import { printable } from '../printable.js';

/**
 * SVG as strings: the same code draws in Node and in a browser, needs no DOM and no library. Everything that comes from
 * data passes through `escapeText`, so a class named `<script>` is a label and nothing more, and no mark of direction turns
 * the rest of a line round.
 */
export type Attributes = Readonly<Record<string, string | number>>;

export const INK = '#1f2933';
export const FAINT = '#9aa5b1';
export const GRID = '#e4e7eb';
/** Series colours that stay apart for colour-blind readers (Okabe and Ito 2008). */
export const SERIES = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'] as const;

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

/** A whole drawing, with its title as the accessible name. */
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
      'font-size': 12,
      fill: INK,
    },
    `<title>${escapeText(title)}</title>${content}`,
  );
}

/** Mixes two `#rrggbb` colours; `share` 0 is the first, 1 the second. */
export function mix(from: string, to: string, share: number): string {
  const at = Math.min(1, Math.max(0, share));
  const channel = (color: string, index: number) =>
    Number.parseInt(color.slice(1 + 2 * index, 3 + 2 * index), 16);
  const parts = [0, 1, 2].map((index) => {
    const value = Math.round(channel(from, index) + (channel(to, index) - channel(from, index)) * at);
    return value.toString(16).padStart(2, '0');
  });
  return `#${parts.join('')}`;
}

/** Coordinates need no more than hundredths of a pixel; the rest would only be bytes. */
export function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}
