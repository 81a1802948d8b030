import type { PairResult, TrainSummary } from '../ensemble/types.js';

/** A pair as the contract's document has it, field by field: results carry more than that, such as the network of every stage. */
export function pairBlock(pair: Omit<PairResult, 'network'>): TrainSummary['pairs'][number] {
  return {
    classes: pair.classes,
    stages: pair.stages.map((entry) => {
      const { stage, status, stopReason, objective, bound, gap, nodes, work, seconds } = entry;
      const { boundGivenReliance, wanted, rows, counters } = entry;
      return {
        ...{ stage, status, stopReason, objective, bound, gap, nodes, work, seconds, counters },
        ...(boundGivenReliance === undefined ? {} : { boundGivenReliance }),
        ...(wanted === undefined ? {} : { wanted }),
        ...(rows === undefined ? {} : { rows }),
      };
    }),
    nonzero: pair.nonzero,
    links: pair.links,
    ...(pair.share === undefined ? {} : { share: pair.share }),
    ...(pair.pool === undefined ? {} : { pool: pair.pool }),
    ...(pair.uncertified === undefined ? {} : { uncertified: pair.uncertified }),
  };
}
