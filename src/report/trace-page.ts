import { formatCount } from './numbers.js';
import { dataTable, htmlPage, keys, scrolling } from './shell.js';
import { element, escapeText, label } from './svg.js';
import type { Trace, TraceFigures, TraceNode } from './trace-read.js';

/*
 * A trace as one page: for every stage incumbent and bound over work, and its largest tree, depth over work. Plain SVG with classes
 * for colours, so that it follows the reader's choice of light and dark; it is as wide as the window, down to a phone's.
 */

const STYLE = `
.drawn svg { min-width: 640px; width: 100%; } .axis { stroke: var(--axis); } .link { stroke: var(--line); stroke-width: .6; fill: none; }
.best, .bound { fill: none; stroke-width: 1.6; } .best { stroke: var(--s0); } .bound { stroke: var(--s1); }
.on { fill: var(--s0); } .by-bound { fill: var(--s1); } .by-end { fill: var(--s2); } .by-other { fill: var(--s3); }
`;

const WIDTH = 640;
const HEIGHT = 220;
const LEFT = 66;
const RIGHT = 12;
const TOP = 14;
const BOTTOM = 26;
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
  if (figures.length > 0) parts.push(key(['on', 'incumbent'], ['by-bound', 'bound']), figureChart(figures));
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

/** Of any number of values: a call has room for some ten thousand arguments only. */
function largestOf(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
}

/** A scale from values to pixels; of one value only, the middle. */
function scale(values: readonly number[], from: number, to: number): (value: number) => number {
  const least = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const most = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return (value) =>
    most > least ? from + ((value - least) / (most - least)) * (to - from) : (from + to) / 2;
}

function drawing(title: string, content: string, height = HEIGHT): string {
  const svg = element(
    'svg',
    {
      viewBox: `0 0 ${WIDTH} ${height}`,
      role: 'img',
      'font-family': 'system-ui, sans-serif',
      'font-size': 14,
    },
    `<title>${escapeText(title)}</title>${content}`,
  );
  return `<div class="drawn">${scrolling(title, svg)}</div>`;
}

function axes(height: number): string {
  return (
    element('line', { class: 'axis', x1: LEFT, y1: TOP, x2: LEFT, y2: height - BOTTOM }) +
    element('line', { class: 'axis', x1: LEFT, y1: height - BOTTOM, x2: WIDTH - RIGHT, y2: height - BOTTOM })
  );
}

/** Incumbent and bound as steps: they hold until the next. */
function figureChart(figures: readonly TraceFigures[]): string {
  const values = figures.flatMap(({ objective, bound }) => [objective, bound].filter((v) => v !== null));
  const works = figures.map(({ work }) => work);
  const x = scale([0, ...works], LEFT, WIDTH - RIGHT);
  const y = scale(values, HEIGHT - BOTTOM, TOP);
  const end = x(largestOf(works));
  const steps = (of: (entry: TraceFigures) => number | null): string => {
    let path = '';
    for (const entry of figures) {
      const value = of(entry);
      if (value === null) continue;
      const [px, py] = [x(entry.work).toFixed(1), y(value).toFixed(1)];
      path += path === '' ? `M${px} ${py}` : `H${px}V${py}`;
    }
    return path === '' ? '' : `${path}H${end.toFixed(1)}`;
  };
  const line = (name: string, path: string) => (path === '' ? '' : element('path', { class: name, d: path }));
  const content =
    axes(HEIGHT) +
    valueLabels(values, y) +
    workLabel(largestOf(works), HEIGHT) +
    line(
      'bound',
      steps(({ bound }) => bound),
    ) +
    line(
      'best',
      steps(({ objective }) => objective),
    );
  return drawing('incumbent and bound over work', content);
}

function valueLabels(values: readonly number[], y: (value: number) => number): string {
  if (values.length === 0) return '';
  const least = -largestOf(values.map((value) => -value));
  const most = largestOf(values);
  return [...new Set([least, most])]
    .map((value) => label(LEFT - 6, y(value) + 4, short(value), { 'text-anchor': 'end' }))
    .join('');
}

function workLabel(work: number, height: number): string {
  return label(WIDTH - RIGHT, height - 8, `${formatCount(work)} units of work`, { 'text-anchor': 'end' });
}

function short(value: number): string {
  return String(Math.round(value * 1000) / 1000);
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
  const height = Math.min(900, Math.max(HEIGHT, TOP + BOTTOM + 14 * (deepest + 1)));
  const x = scale(
    nodes.map(({ work }) => work),
    LEFT,
    WIDTH - RIGHT - 4,
  );
  const y = (node: TraceNode): number =>
    TOP + 6 + ((depths.get(node.node) ?? 0) / Math.max(1, deepest)) * (height - TOP - BOTTOM - 12);
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
    axes(height) +
    label(LEFT - 6, TOP + 10, '0', { 'text-anchor': 'end' }) +
    label(LEFT - 6, height - BOTTOM - 2, String(deepest), { 'text-anchor': 'end' }) +
    workLabel(largestOf(nodes.map(({ work }) => work)), height) +
    element('path', { class: 'link', d: links.join('') }) +
    dots.join('');
  return drawing('the tree, depth over work', content, height);
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
