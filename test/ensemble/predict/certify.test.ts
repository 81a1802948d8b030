import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Attacker } from '../../../src/certify/index.js';
import { drawDigits } from '../../../src/data/index.js';
import { allPairs } from '../../../src/ensemble/pair-order.js';
import { EnsembleClassifier } from '../../../src/ensemble/predict/classifier.js';
import type { CountingRule, VoteRule } from '../../../src/ensemble/types.js';
import { voteGoals, voteRadius } from '../../../src/ensemble/vote/certificate.js';
import { elect } from '../../../src/ensemble/vote/margin.js';
import { NO_LABEL, vote } from '../../../src/ensemble/vote/vote.js';
import { isSafe } from '../../../src/ensemble/vote/worst-case.js';
import { InputError } from '../../../src/errors.js';
import { train } from '../../../src/run/node.js';
import { anyModel, classifierOf, neuron, paperSized } from '../support.js';

const countingRules = fc.constantFrom<CountingRule>('paper', 'recursive');
const rules = fc.constantFrom<VoteRule>('paper', 'recursive', 'margin');

/** Answers, certified radii and the label they elect. */
const election = fc.integer({ min: 2, max: 5 }).chain((classes) => {
  const pairs = allPairs(classes).length;
  return fc.record({
    classes: fc.constant(classes),
    answers: fc.array(fc.constantFrom(1, -1, 1, -1, 1, -1, 0), { minLength: pairs, maxLength: pairs }),
    radii: fc.array(fc.constantFrom(0, 1, 2, 2, 5, 9, Infinity), { minLength: pairs, maxLength: pairs }),
    rule: countingRules,
  });
});

describe('voteRadius', () => {
  it('is a radius within which no completion of the open answers changes the vote', () => {
    let positive = 0;
    fc.assert(
      fc.property(election, ({ classes, answers, radii, rule }) => {
        const { label } = vote(answers, classes, rule);
        if (label === NO_LABEL) return;
        const hasNetwork = (pair: number): boolean => answers[pair] !== 0;
        const radius = voteRadius(answers, radii, hasNetwork, classes, label);
        if (radius > Math.min(...radii.filter((_, pair) => hasNetwork(pair)))) positive++;
        const open = answers.flatMap((answer, pair) => (answer !== 0 && radii[pair] < radius ? [pair] : []));
        for (let bits = 0; bits < 2 ** open.length; bits++) {
          const full = answers.slice();
          for (const [k, pair] of open.entries()) full[pair] = (bits >> k) & 1 ? 1 : -1;
          expect(vote(full, classes, rule).label).toBe(label);
        }
        // One step further the proof fails: it is the largest radius of this proof.
        if (radius < Infinity) {
          const beyond = (pair: number): boolean => hasNetwork(pair) && radii[pair] <= radius;
          expect(isSafe(answers, beyond, classes, label)).toBe(false);
        }
      }),
      { numRuns: 2000 },
    );
    expect(positive).toBeGreaterThan(150);
  });

  it('has no end where no network can change', () => {
    expect(voteRadius([1], [Number.POSITIVE_INFINITY], () => true, 2, 0)).toBe(Number.POSITIVE_INFINITY);
    expect(voteRadius([1, 1, 0], [7, 8, 0], (pair) => pair < 2, 3, 0)).toBe(7);
  });
});

const attackers = new WeakMap<EnsembleClassifier, Attacker>();
const networksOf = (judge: EnsembleClassifier) => judge.pairs.map((pair) => pair.network);

/** The attack without the certificate's help: it looks within the certified radius too. */
function blindAttack(
  judge: EnsembleClassifier,
  row: Int32Array,
  rule: VoteRule,
  maxRadius: number,
  clip?: readonly [number, number],
) {
  const attacker = attackers.get(judge) ?? new Attacker(networksOf(judge), row.length);
  attackers.set(judge, attacker);
  const state = attacker.read(row);
  const { label } = elect(state.answers, state.radii, judge.classes.length, rule);
  const goals = voteGoals(state, judge.classes.length, label, rule);
  return attacker.smallest(row, goals, 0, { maxRadius, clip });
}

describe('certify and attack', () => {
  it('are exact for two classes and one layer', () => {
    const judge = classifierOf(['a', 'b'], [neuron(1, -1, 0)]);
    expect(judge.certify([9, 2, 0])).toEqual({ label: 'a', radius: 3 });
    const found = judge.attack([9, 2, 0]);
    expect(found?.radius).toBe(4);
    expect(found?.label).toBe('b');
    expect(judge.certify([2, 9, 0])).toEqual({ label: 'b', radius: 3 });
    expect(judge.attack([2, 10, 0])).toMatchObject({ radius: 4, label: 'a' });
  });

  it('certify nothing where there is no label', () => {
    const circle = classifierOf(['x', 'y', 'z'], [neuron(1), neuron(-1), neuron(1)]);
    expect(circle.certify([5])).toEqual({ label: null, radius: null });
    expect(circle.attack([5])).toBeNull();
  });

  it('agree: no attack within the certified radius, whatever the ensemble and the vote', () => {
    const cases = anyModel.chain((model) =>
      fc.tuple(
        fc.constant(new EnsembleClassifier(model)),
        fc.array(fc.integer({ min: -60, max: 60 }), {
          minLength: model.layers[0],
          maxLength: model.layers[0],
        }),
        rules,
        fc.nat(),
      ),
    );
    let found = 0;
    let held = 0;
    fc.assert(
      fc.property(cases, ([judge, row, rule, seed]) => {
        const { label, radius } = judge.certify(row, { vote: rule });
        expect(label).toBe(judge.predictOne(row, { vote: rule }));
        const attack = judge.attack(row, { vote: rule, seed, maxRadius: 100 });
        if (radius !== null) {
          if (radius > 0) held++;
          expect(blindAttack(judge, Int32Array.from(row), rule, Math.min(radius, 100))).toBeNull();
        }
        if (attack === null) return;
        found++;
        expect(attack.radius).toBeGreaterThan(radius as number);
        expect(attack.radius).toBe(Math.max(...row.map((x, i) => Math.abs(x - attack.input[i]))));
        expect(attack.label).toBe(judge.predictOne(attack.input, { vote: rule }));
        expect(attack.label).not.toBe(label);
        expect(judge.attack(row, { vote: rule, seed, maxRadius: 100 })).toEqual(attack);
      }),
      { numRuns: 1500 },
    );
    expect(found).toBeGreaterThan(200);
    expect(held).toBeGreaterThan(100);
  });
});

describe('certify and attack within a range of values', () => {
  it('reach further, and agree too', () => {
    const cases = anyModel.chain((model) =>
      fc.tuple(
        fc.constant(new EnsembleClassifier(model)),
        fc.array(fc.constantFrom(0, 0, 0, 9, 30), {
          minLength: model.layers[0],
          maxLength: model.layers[0],
        }),
        rules,
      ),
    );
    let further = 0;
    let found = 0;
    fc.assert(
      fc.property(cases, ([judge, row, rule]) => {
        const options = { vote: rule, clip: [0, 30] } as const;
        const plain = judge.certify(row, { vote: rule });
        const { label, radius } = judge.certify(row, options);
        expect(label).toBe(plain.label);
        if (radius === null) return;
        expect(radius).toBeGreaterThanOrEqual(plain.radius as number);
        if (radius > (plain.radius as number)) further++;
        const within = Math.min(radius, 30);
        expect(blindAttack(judge, Int32Array.from(row), rule, within, options.clip)).toBeNull();
        const attack = judge.attack(row, options);
        if (attack === null) return;
        found++;
        expect(Math.min(...attack.input)).toBeGreaterThanOrEqual(0);
        expect(Math.max(...attack.input)).toBeLessThanOrEqual(30);
        expect(attack.radius).toBeGreaterThan(radius);
      }),
      { numRuns: 1000 },
    );
    expect(further).toBeGreaterThan(50);
    expect(found).toBeGreaterThan(50);
  });

  it('refuses a range that is none', () => {
    const judge = classifierOf(['a', 'b'], [neuron(1, -1)]);
    expect(() => judge.certify([1, 2], { clip: [5, 1] })).toThrow(/^clip: expected two whole numbers/);
    expect(() => judge.attack([1, 2], { clip: [0, 0.5] })).toThrow(InputError);
  });
});

describe('evaluateCertificates', () => {
  const judge = classifierOf(['a', 'b'], [neuron(1, -1)]);
  const data = {
    samples: [
      [9, 1],
      [5, 3],
      [3, 3],
      [1, 9],
      [0, 2],
    ],
    labels: ['a', 'a', 'a', 'b', 'a'],
  };

  it('counts certified and broken samples', () => {
    expect(judge.evaluateCertificates(data, { radii: [4, 1, 0, 1] })).toEqual({
      images: 5,
      right: 4,
      radii: [
        { radius: 0, certified: 4, certifiedAccuracy: 0.8 },
        { radius: 1, certified: 3, certifiedAccuracy: 0.6 },
        { radius: 4, certified: 1, certifiedAccuracy: 0.2 },
      ],
      attack: {
        images: 5,
        right: 4,
        radii: [
          { radius: 0, certified: 4, broken: 0, undecided: 0, successRate: 0 },
          { radius: 1, certified: 3, broken: 1, undecided: 0, successRate: 0.25 },
          { radius: 4, certified: 1, broken: 3, undecided: 0, successRate: 0.75 },
        ],
      },
    });
  });

  it('attacks the first samples of each class, or none', () => {
    expect(judge.evaluateCertificates(data, { attack: 2 }).attack).toMatchObject({ images: 2, right: 2 });
    expect(judge.evaluateCertificates(data, { attack: 0 }).attack).toBeNull();
    expect(judge.evaluateCertificates(data, { perClass: 1 })).toMatchObject({ images: 2, right: 2 });
    const wrong = { samples: [[1, 9]], labels: ['a'] };
    expect(judge.evaluateCertificates(wrong, { radii: [1] }).attack?.radii).toEqual([
      { radius: 1, certified: 0, broken: 0, undecided: 0, successRate: null },
    ]);
  });

  it('certifies at a radius what the evaluation under linf counts as right', () => {
    const cases = anyModel.chain((model) =>
      fc.tuple(
        fc.constant(new EnsembleClassifier(model)),
        fc.array(
          fc.tuple(
            fc.array(fc.integer({ min: -99, max: 99 }), {
              minLength: model.layers[0],
              maxLength: model.layers[0],
            }),
            fc.constantFrom(...model.classes),
          ),
          { minLength: 3, maxLength: 8 },
        ),
        rules,
      ),
    );
    fc.assert(
      fc.property(cases, ([model, rows, vote]) => {
        const all = { samples: rows.map(([row]) => row), labels: rows.map(([, label]) => label) };
        const report = model.evaluateCertificates(all, { vote, radii: [1, 3, 9], attack: 0 });
        for (const { radius, certified } of report.radii) {
          expect(model.evaluate(all, { vote, perturb: { linf: radius } }).correct).toBe(certified);
        }
      }),
      { numRuns: 300 },
    );
  });

  it.each<[string, object, RegExp]>([
    ['no radii', { radii: [] }, /^radii: expected/],
    ['half a radius', { radii: [1, 0.5] }, /^radii\[1\]: .*0.5$/],
    ['a negative radius', { radii: [-1] }, /^radii\[0\]: /],
    ['half an attack', { attack: 0.5 }, /^attack: /],
    ['a clip upside down', { clip: [3, 1] }, /^clip: /],
    ['another rule', { vote: 'loudest' }, /^vote: /],
  ])('refuses %s', (_, options, message) => {
    expect(() => judge.evaluateCertificates(data, options)).toThrow(InputError);
    expect(() => judge.evaluateCertificates(data, options)).toThrow(message);
  });
});

describe('on drawn digits', () => {
  it('the attack breaks nothing that is certified, and most of the rest', { timeout: 120_000 }, async () => {
    const digits = drawDigits({ seed: 1, perClass: 5, stream: 'train' });
    const { classifier } = await train(digits, {
      classes: ['0', '1', '4', '9'],
      workLimit: 3_000_000,
      perturb: { linf: 4 },
      workers: 2,
    });
    const test = drawDigits({ seed: 1, perClass: 100, stream: 'test' });
    let images = 0;
    let attacked = 0;
    let broken = 0;
    for (let k = 0; k < test.samples.rows; k++) {
      const row = Int32Array.from(test.samples.values.subarray(k * 784, (k + 1) * 784));
      const { label, radius } = classifier.certify(row);
      if (label === null || radius === null) continue;
      images++;
      expect(blindAttack(classifier, row, 'paper', radius)).toBeNull();
      // Outside the radius something is nearly always found.
      if (k % 20 !== 0) continue;
      attacked++;
      const attack = classifier.attack(row, { maxRadius: 60 });
      if (attack === null) continue;
      broken++;
      expect(attack.radius).toBeGreaterThan(radius);
      expect(attack.label).not.toBe(label);
      expect(attack.label).toBe(classifier.predictOne(attack.input));
    }
    expect(images).toBeGreaterThan(800);
    expect(broken / attacked).toBeGreaterThan(0.9);
    const report = classifier.evaluateCertificates(test, { perClass: 40, attack: 40, clip: [0, 255] });
    for (const row of report.attack?.radii ?? []) expect(row.undecided).toBeGreaterThanOrEqual(0);
    expect(report.radii[0].certified).toBeGreaterThan(report.radii[3].certified);
  });
});

describe('speed', () => {
  it('certifies 8000 images with 45 networks of [784, 4, 4, 1] in seconds', () => {
    const judge = paperSized();
    const values = Uint8Array.from({ length: 8000 * 784 }, (_, at) => (at % 5 === 0 ? 1 + (at % 255) : 0));
    const labels = Array.from({ length: 8000 }, (_, k) => String(k % 10));
    const before = process.cpuUsage();
    judge.evaluateCertificates({ samples: { values, rows: 8000, columns: 784 }, labels }, { attack: 0 });
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1e6).toBeLessThan(20);
  });
});
