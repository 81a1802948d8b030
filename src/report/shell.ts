import { escapeText } from './svg.js';

/*
 * What all pages share: one look in light and dark, from a phone's width up, without a script, a font or a picture from elsewhere, so
 * that a page opens from a disk in ten years. Colours are variables of the page, and what is drawn names them (`svg.ts`); text is at
 * least 14 px and has a contrast of 4.5 or more on what it stands on. What is wider than a phone scrolls inside of its own box.
 */

const STYLE = `
:root { color-scheme: light dark; --ink: #1f2933; --soft: #52606d; --line: #d9dfe5; --axis: #7b8794; --paper: #ffffff; --tile: #f1f4f7; --link: #0b5fa5;
  --good: #0072b2; --bad: #d55e00; --use: #009e73; --minus: #0072b2; --plus: #d55e00;
  --s0: #0072b2; --s1: #d55e00; --s2: #00805d; --s3: #b5548a; --s4: #8f6400; --s5: #56708f; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebee; --soft: #aeb8c2; --line: #353d46; --axis: #7b8794; --paper: #14181c; --tile: #20262d; --link: #7cc0f5;
  --minus: #56b4e9; --plus: #f0883e; --s0: #56b4e9; --s1: #f0883e; --s2: #2dc08d; --s3: #e29ac4; --s4: #e0b84e; --s5: #a9bdd4; } }
* { box-sizing: border-box; }
body { font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 1100px; margin: 1.5rem auto 3rem; padding: 0 clamp(.5rem, 3vw, 1.5rem); overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.25; } h2 { font-size: 1.2rem; margin-top: 2.4rem; border-top: 1px solid var(--line); padding-top: 1.2rem; }
a { color: var(--link); } code, pre { font: 14px/1.5 ui-monospace, monospace; }
pre { background: var(--tile); border-radius: 6px; padding: .6rem .8rem; white-space: pre-wrap; }
.wide { overflow-x: auto; max-width: 100%; overflow-wrap: normal; } .wide:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .94rem; }
caption { text-align: left; font-weight: 600; padding-bottom: .3rem; }
th, td { padding: .2rem .9rem .2rem 0; text-align: left; border-bottom: 1px solid var(--line); }
.number { text-align: right; white-space: nowrap; }
svg { max-width: 100%; height: auto; display: block; } svg text { fill: var(--ink); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .8rem; margin: 1.2rem 0; }
.tiles div { background: var(--tile); border-radius: 6px; padding: .6rem .9rem; }
.tiles b { display: block; font-size: 1.5rem; line-height: 1.3; } small { font-size: .9rem; } .tiles small { display: block; color: var(--soft); }
.row { margin-top: 1.2rem; display: flex; flex-wrap: wrap; gap: 1.2rem 2rem; align-items: flex-start; } .row > * { flex: 0 1 auto; min-width: 0; max-width: 100%; }
.bar { display: inline-block; height: .7rem; border-radius: 2px; background: var(--good); } .bar.wrong { background: var(--bad); }
.key { display: inline-block; width: .8em; height: .8em; border-radius: 2px; margin-right: .35em; } .keys { display: flex; flex-wrap: wrap; gap: .1rem 1.1rem; margin: .2rem 0; font-size: .9rem; color: var(--soft); }
.cells { font-size: .9rem; } .cells th, .cells td { padding: .25rem .3rem; min-width: 1.9rem; text-align: center; border: 2px solid var(--paper); border-radius: 4px; } .cells th { font-weight: 500; color: var(--soft); max-width: 9rem; } .cells tbody th { text-align: right; }
.cells .at { --hue: var(--good); background: color-mix(in srgb, var(--hue) calc(4% + var(--at) * 61%), transparent); } .cells .bad { --hue: var(--bad); } .cells .use { --hue: var(--use); }
.pairs { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(17rem, 100%), 1fr)); gap: 1.4rem; }
figure { margin: 0; } figcaption { font-size: .9rem; color: var(--soft); } figcaption b { color: var(--ink); } .chart figcaption { font-weight: 600; color: var(--ink); max-width: 21rem; }
.pictures { display: flex; flex-wrap: wrap; gap: 4px; margin-bottom: .3rem; } .pictures svg { width: 68px; }
.note { color: var(--soft); max-width: 46rem; } details { margin: .4rem 0; } summary { cursor: pointer; }
@media print { body { max-width: none; } }
`;

/**
 * A whole page.
 *
 * @param more style that this page alone needs
 */
export function htmlPage(title: string, sections: readonly string[], more = ''): string {
  return (
    '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n' +
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n' +
    `<title>${escapeText(title)}</title>\n<style>${STYLE}${more}</style>\n</head>\n<body>\n<main>\n` +
    `${numbered(sections.filter((part) => part !== '').join('\n'))}\n</main>\n</body>\n</html>\n`
  );
}

export function section(title: string, content: string): string {
  return `<h2>${escapeText(title)}</h2>\n${content}`;
}

/** What may be wider than the window: it scrolls by itself, by keyboard too. */
export function scrolling(name: string, content: string): string {
  return `<div class="wide" role="region" tabindex="0" aria-label="${escapeText(name)}">${content}</div>`;
}

/** Regions of one name are told apart by a number: a screen reader lists them. */
function numbered(html: string): string {
  const seen = new Map<string, number>();
  return html.replaceAll(
    /(<div class="wide" role="region" tabindex="0" aria-label=")([^"]*)/g,
    (whole, _, name) => {
      const count = (seen.get(name) ?? 0) + 1;
      seen.set(name, count);
      return count === 1 ? whole : `${whole}, ${count}`;
    },
  );
}

/** A cell of a table: text, or markup that is safe already. */
export type Cell = string | { readonly html: string };

export interface DataColumn {
  readonly title: string;
  readonly number?: boolean;
}

/** A table with its heads, the first column of each row as the row's head. */
export function dataTable(
  name: string,
  columns: readonly DataColumn[],
  rows: readonly (readonly Cell[])[],
): string {
  const markup = (cell: Cell): string => (typeof cell === 'string' ? escapeText(cell) : cell.html);
  const kind = (at: number): string => (columns[at].number === true ? ' class="number"' : '');
  const heads = columns.map(({ title }, at) => `<th scope="col"${kind(at)}>${escapeText(title)}</th>`);
  const lines = rows.map(
    (cells) => `<tr>${cells.map((cell, at) => `<td${kind(at)}>${markup(cell)}</td>`).join('')}</tr>`,
  );
  return scrolling(
    name,
    `<table><thead><tr>${heads.join('')}</tr></thead><tbody>${lines.join('')}</tbody></table>`,
  );
}

/** What the colours of a drawing stand for. */
export function keys(entries: readonly (readonly [name: string, color: string])[]): string {
  const parts = entries.map(
    ([name, color]) => `<span><i class="key" style="background:${color}"></i>${escapeText(name)}</span>`,
  );
  return `<p class="keys">${parts.join('')}</p>`;
}
