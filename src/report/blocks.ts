import { type Paint, plain } from './paint.js';
import { dataTable } from './shell.js';
import { escapeText } from './svg.js';
import { type Column, formatTable } from './tables.js';

/** A page in parts that a terminal, Markdown and HTML all can show. */
export type Block =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'table';
      readonly columns: readonly Column[];
      readonly rows: readonly (readonly string[])[];
    };

export function blocksAsText(blocks: readonly Block[], paint: Paint = plain): string[] {
  return blocks.flatMap((block, at) => {
    const gap = at === 0 ? [] : [''];
    if (block.kind === 'table') return [...gap, ...formatTable(block.columns, block.rows, paint)];
    return [...gap, block.kind === 'heading' ? paint('bold', block.text) : block.text];
  });
}

/** Characters that mean something in Markdown (GitHub's) inside of a line or a cell. */
function marked(text: string): string {
  return text.replace(/[\\`*_{}[\]<>()#+!|~-]/g, (sign) => (sign === '-' ? sign : `\\${sign}`));
}

export function blocksAsMarkdown(blocks: readonly Block[]): string {
  const parts = blocks.map((block) => {
    if (block.kind === 'heading') return `## ${marked(block.text)}`;
    if (block.kind === 'text') return marked(block.text);
    const line = (cells: readonly string[]): string => `| ${cells.map(marked).join(' | ')} |`;
    const rule = `|${block.columns.map(({ align }) => (align === 'right' ? '---:' : '---')).join('|')}|`;
    return [line(block.columns.map(({ title }) => title)), rule, ...block.rows.map(line)].join('\n');
  });
  return `${parts.join('\n\n')}\n`;
}

/** Sections of a page; headings are of the second level, as those of the report. */
export function blocksAsHtml(blocks: readonly Block[]): string {
  let heading: string | undefined;
  const parts = blocks.map((block) => {
    if (block.kind === 'heading') {
      heading = block.text;
      return `<h2>${escapeText(block.text)}</h2>`;
    }
    if (block.kind === 'text') return `<p class="note">${escapeText(block.text)}</p>`;
    const heads = block.columns.map(({ title, align }) => ({ title, number: align === 'right' }));
    return dataTable(heading ?? heads[0].title, heads, block.rows);
  });
  return parts.join('\n');
}
