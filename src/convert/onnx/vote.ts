import type { VoteRule } from '../../ensemble/types.js';
import type { GraphBuilder } from './graph.js';

export interface Ballots {
  /** +1 and -1, [batch, networks]. */
  readonly answers: string;
  /** What each answer weighs by margins, [batch, networks]. */
  readonly weights?: string;
  /** Of the networks. */
  readonly pairs: readonly (readonly [number, number])[];
  readonly classCount: number;
  readonly vote: VoteRule;
}

/**
 * Votes and label. A round looks at a set of leaders (1 or 0 a class), counts the networks between two of them, and keeps those with the
 * most: with two leaders that is their own network, with one nothing changes. So the recursive rule is the round until nothing can
 * change any more, and the paper's, like that by margins, one round where exactly two lead. A class is the label where it leads alone.
 */
export function voteNodes(
  graph: GraphBuilder,
  { answers, weights, pairs, classCount, vote }: Ballots,
): { readonly votes: string; readonly leaders: string } {
  const sides = new Int8Array(pairs.length * classCount);
  const members = new Int8Array(pairs.length * classCount);
  for (const [n, [p, q]] of pairs.entries()) {
    sides[n * classCount + p] = 1;
    sides[n * classCount + q] = -1;
    members[n * classCount + p] = members[n * classCount + q] = 1;
  }
  const matrix = (values: Int8Array): string =>
    graph.cast(graph.constant('int8', [pairs.length, classCount], values), 'float');
  const [side, member] = [matrix(sides), matrix(members)];
  const half = graph.constant('float', [], [0.5]);
  const one = graph.constant('float', [], [1]);
  const index = (which: 0 | 1): string =>
    graph.constant(
      'int64',
      [pairs.length],
      pairs.map((pair) => pair[which]),
    );
  const [firsts, seconds] = [index(0), index(1)];
  const networksOf = Array.from(
    { length: classCount },
    (_, c) => pairs.filter((pair) => pair.includes(c)).length,
  );
  const all = graph.constant('float', [classCount], networksOf);
  const votes = graph.node('Mul', [graph.node('Add', [graph.node('MatMul', [answers, side]), all]), half]);
  const mostOf = (scores: string): string => {
    const most = graph.node('ReduceMax', [scores], { axes: [1], keepdims: 1 });
    return graph.cast(graph.node('Equal', [scores, most]), 'float');
  };
  const round = (leaders: string): string => {
    const both = graph.node('Mul', [
      graph.node('Gather', [leaders, firsts], { axis: 1 }),
      graph.node('Gather', [leaders, seconds], { axis: 1 }),
    ]);
    const won = graph.node('MatMul', [graph.node('Mul', [answers, both]), side]);
    const held = graph.node('MatMul', [both, member]);
    const among = graph.node('Mul', [graph.node('Add', [won, held]), half]);
    // Who does not lead is below all who do.
    return mostOf(graph.node('Sub', [graph.node('Add', [among, leaders]), one]));
  };
  graph.annotate(votes, `UINT${Math.max(1, Math.ceil(Math.log2(classCount)))}`);
  let leaders = mostOf(
    weights === undefined ? votes : graph.node('MatMul', [graph.node('Mul', [answers, weights]), side]),
  );
  if (vote !== 'recursive') {
    const isTie = graph.node('Equal', [sizeOf(graph, leaders, 1), graph.constant('float', [], [2])]);
    leaders = graph.node('Where', [isTie, round(leaders), leaders]);
  } else {
    // Every round that changes something takes a class away.
    for (let k = 1; k < classCount; k++) leaders = round(leaders);
  }
  return { votes, leaders };
}

/** How many classes lead, [batch] or [batch, 1]. */
function sizeOf(graph: GraphBuilder, leaders: string, keep: 0 | 1): string {
  return graph.node('ReduceSum', [leaders, graph.constant('int64', [1], [1])], { keepdims: keep });
}

/** The class that leads alone, -1 where none does. */
export function labelNode(graph: GraphBuilder, leaders: string): void {
  const isOne = graph.node('Equal', [sizeOf(graph, leaders, 0), graph.constant('float', [], [1])]);
  const best = graph.node('ArgMax', [leaders], { axis: 1, keepdims: 0 });
  graph.node('Where', [isOne, best, graph.constant('int64', [], [-1])], {}, 'label');
}
