import { EnsembleClassifier, train } from 'fewbit';

// Length and width of petals in millimetres (Anderson 1935, Fisher 1936), five flowers of each kind.
const flowers = {
  setosa: [[14, 2], [14, 2], [13, 2], [15, 2], [17, 4]],
  versicolor: [[47, 14], [45, 15], [49, 15], [40, 13], [46, 15]],
  virginica: [[60, 25], [51, 19], [59, 21], [56, 18], [58, 22]],
};
const samples = Object.values(flowers).flat();
const labels = Object.entries(flowers).flatMap(([kind, rows]) => rows.map(() => kind));

// One neuron a pair of kinds, whole weights from -3 to 3 and a bias: three small networks that vote.
const { classifier, pairs, trainAccuracy } = await train(
  { samples, labels, columns: ['length', 'width'] },
  { hidden: [], weightBound: 3, bias: true, seed: 1 },
);

console.log(`right on ${(100 * trainAccuracy).toFixed(0)} % of what it was trained on`);
for (const { classes, stages } of pairs) {
  const says = stages.map(({ stage, status, objective, bound }) => `${stage} ${status} ${objective} (bound ${bound})`);
  console.log(`${classes.join(' against ')}: ${says.join(', ')}`);
}

const unseen = [[16, 2], [44, 12], [61, 23]];
for (const flower of unseen) {
  const { label, radius } = classifier.certify(flower);
  console.log(`petal of ${flower.join(' x ')} mm: ${label}, whatever changes by no more than ${radius} units`);
}

// A model is JSON; what is loaded answers the same.
const loaded = EnsembleClassifier.load(JSON.stringify(classifier));
const same = unseen.every((flower) => loaded.predictOne(flower) === classifier.predictOne(flower));
console.log(same ? 'saved and loaded: the same answers' : 'saved and loaded: other answers');
process.exitCode = same ? 0 : 1;
