import { formatCount } from './numbers.js';
import { axesOf, insideOf, largestOf, SEARCH_KEYS, scaleOf, searchChart, workLabel } from './search-chart.js';
import { dataTable, htmlPage, keys, scrolling } from './shell.js';
import { drawing, element, escapeText, label } from './svg.js';
import type { Trace, TraceNode } from './trace-read.js';

/*
 * A trace as one page: for every stage incumbent and bound over work, and its largest tree, depth over work. Plain SVG with classes
 * for colours, so that it follows the reader's choice of light and dark; it is as wide as the window, down to a phone's.
 */

const STYLE = `
.drawn svg { min-width: 640px; width: 100%; } .link { stroke: var(--line); stroke-width: .6; fill: none; }
.on { fill: var(--s0); } .by-bound { fill: var(--s1); } .by-end { fill: var(--s2); } .by-other { fill: var(--s3); }
`;

const FRAME = { width: 640, height: 220 };
/** Nodes of one drawing: more are a grey mass. */
const MOST_NODES = 3000;

/** A page of its own: no script, nothing from elsewhere. */
export function tracePage(trace: Trace, title: string): string {
  const stages = [...new Set([...trace.figures, ...trace.nodes].map(({ stage }) => stage))];
  const notes = [`Layers ${trace.layers.join(', ')}; ${formatCount(trace.nodes.length)} lines about nodes.`];
  if (trace.truncated) notes.push('The file was cut off at its limit: what came later is not in it.');
  if (trace.missed > 0)
    notes.push(`${formatCount(trace.missed)} nodes came faster than they could be written.`);
  const sections = stages.map((stage) => stageSection(trace, stage));
  const head = [`<h1>${escapeText(title)}</h1>`, `<p class="note">${escapeText(notes.join(' '))}</p>`];
  return htmlPage(title, [...head, ...sections], STYLE);
}

function stageSection(trace: Trace, stage: string): string {
  const figures = trace.figures.filter((entry) => entry.stage === stage);
  const nodes = trace.nodes.filter((entry) => entry.stage === stage);
  const runs = groups(nodes);
  const largest = [...runs.values()].sort((a, b) => b.length - a.length)[0];
  const parts = [`<h2>${escapeText(stage)}</h2>`];
  if (figures.length > 0) {
    parts.push(
      keys(SEARCH_KEYS),
      drawn('incumbent and bound over work', searchChart(figures, 'incumbent and bound over work', FRAME)),
    );
  }
  if (largest !== undefined) {
    const [{ tree, run }] = largest;
    const shown = Math.min(largest.length, MOST_NODES);
    const rest = shown < largest.length ? `, the first ${formatCount(shown)} of them` : '';
    const name = run === 0 ? tree : `${tree}, number ${run}`;
    parts.push(
      `<p class="note">Largest tree: ${escapeText(name)}, ${formatCount(largest.length)} lines${rest}. Depth downwards, work to the right.</p>`,
      key(
        ['on', 'branched on, or open'],
        ['by-bound', 'closed by its bound'],
        ['by-end', 'settled'],
        ['by-other', 'nothing in it'],
      ),
      treeDrawing(largest.slice(0, shown)),
    );
  }
  if (nodes.length > 0) parts.push(fateTable(nodes));
  return parts.join('\n');
}

function groups(nodes: readonly TraceNode[]): Map<string, TraceNode[]> {
  const found = new Map<string, TraceNode[]>();
  for (const node of nodes) {
    const name = `${node.tree} ${node.run}`;
    const list = found.get(name);
    if (list === undefined) found.set(name, [node]);
    else list.push(node);
  }
  return found;
}

function key(...entries: readonly (readonly [kind: keyof typeof COLOURS, string])[]): string {
  return keys(entries.map(([kind, words]) => [words, `var(${COLOURS[kind]})`]));
}
const COLOURS = { on: '--s0', 'by-bound': '--s1', 'by-end': '--s2', 'by-other': '--s3' } as const;

/** As wide as the window, and no smaller than can be read. */
function drawn(title: string, svg: string): string {
  return `<div class="drawn">${scrolling(title, svg)}</div>`;
}

function classOf({ closed }: TraceNode): string {
  if (closed === null) return 'on';
  if (closed === 'bound') return 'by-bound';
  return closed === 'settled' || closed === 'point' ? 'by-end' : 'by-other';
}

/** Every node a dot, joined to its parent. */
function treeDrawing(nodes: readonly TraceNode[]): string {
  const depths = new Map<number, number>();
  const first = new Map<number, TraceNode>();
  for (const node of nodes) {
    if (first.has(node.node)) continue;
    first.set(node.node, node);
    depths.set(node.node, (depths.get(node.parent) ?? -1) + 1);
  }
  const deepest = Math.max(...depths.values());
  const frame = { ...FRAME, height: Math.min(900, Math.max(FRAME.height, 40 + 14 * (deepest + 1))) };
  const { left, right, top, bottom } = insideOf(frame);
  const x = scaleOf(
    nodes.map(({ work }) => work),
    left,
    right - 4,
  );
  const y = (node: TraceNode): number =>
    top + 6 + ((depths.get(node.node) ?? 0) / Math.max(1, deepest)) * (bottom - top - 12);
  const links: string[] = [];
  const dots: string[] = [];
  const radius = nodes.length > 600 ? 1.6 : 2.8;
  for (const node of nodes) {
    const parent = first.get(node.parent);
    if (parent !== undefined && first.get(node.node) === node) {
      links.push(
        `M${x(parent.work).toFixed(1)} ${y(parent).toFixed(1)}L${x(node.work).toFixed(1)} ${y(node).toFixed(1)}`,
      );
    }
    dots.push(element('circle', { class: classOf(node), cx: x(node.work), cy: y(node), r: radius }));
  }
  const content =
    axesOf(frame) +
    label(left - 6, top + 10, '0', { 'text-anchor': 'end' }) +
    label(left - 6, bottom - 2, String(deepest), { 'text-anchor': 'end' }) +
    workLabel(largestOf(nodes.map(({ work }) => work)), frame) +
    element('path', { class: 'link', d: links.join('') }) +
    dots.join('');
  const title = 'the tree, depth over work';
  return drawn(title, drawing(frame.width, frame.height, title, content));
}

/** How many lines each tree has, by what became of the node. */
function fateTable(nodes: readonly TraceNode[]): string {
  const fates = [...new Set(nodes.map(({ closed }) => closed ?? 'open or branched'))].sort();
  const trees = [...new Set(nodes.map(({ tree }) => tree))];
  const rows = trees.map((tree) => {
    const own = nodes.filter((node) => node.tree === tree);
    const cells = fates.map(
      (fate) => own.filter(({ closed }) => (closed ?? 'open or branched') === fate).length,
    );
    return [tree, ...cells.map((count) => formatCount(count))];
  });
  const heads = [{ title: 'tree' }, ...fates.map((title) => ({ title, number: true }))];
  return dataTable('What became of the nodes', heads, rows);
}
