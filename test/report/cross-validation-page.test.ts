import { describe, expect, it } from 'vitest';
import { type CrossEntry, type CrossReport, summariseFolds } from '../../src/ensemble/folds.js';
import { crossValidationPage } from '../../src/report/cross-validation-page.js';

const fold = (at: number, correct: number, nonzero: number) => ({
  fold: at,
  rows: 20,
  correct,
  accuracy: correct / 20,
  balancedAccuracy: correct / 20,
  macroF1: null,
  auc: at === 0 ? null : 0.9,
  trainAccuracy: 0.95,
  nonzero,
});

function entry(setting: CrossEntry['setting'], corrects: readonly number[]): CrossEntry {
  const folds = corrects.map((correct, at) => fold(at, correct, 5 + at));
  return { setting, folds, ...summariseFolds(folds.map((one) => ({ setting: 0, ...one }))) };
}

const made = { fewbit: '1.2.3', engine: 'e'.repeat(8), command: 'fewbit cv --data x.csv' };
const ended = { rows: 60, seconds: 3, interrupted: false };
const pageOf = (report: CrossReport, title = 'x') =>
  crossValidationPage({ title, report, folds: 3, made, common: { seed: 4, weightBound: 3, hidden: [] } });

describe('the page of a cross-validation', () => {
  it('has every fold, mean and deviation, and what makes it again', () => {
    const { setting: _, ...figures } = entry({}, [16, 18, 20]);
    const page = pageOf({ ...figures, ...ended }, 'fewbit cv: <x>');
    expect(page).toContain('<h1>fewbit cv: &lt;x&gt;</h1>');
    for (const share of ['80.0 %', '90.0 %', '100.0 %']) expect(page).toContain(`>${share}<`);
    // A mean of 90, a deviation of 10; and what is missing is a dash.
    expect(page).toMatch(
      /mean, or sum<\/td><td class="number">60<\/td><td class="number">54<\/td><td class="number">90\.0 %/,
    );
    expect(page).toMatch(/deviation<\/td>(<td class="number"><\/td>){2}<td class="number">10\.0 %/);
    expect(page).toMatch(
      /<td>1<\/td>(<td class="number">[^<]*<\/td>){4}<td class="number">-<\/td><td class="number">-<\/td>/,
    );
    expect(page).toContain('<pre>fewbit cv --data x.csv</pre>');
    expect(page).toContain('weight-bound');
    expect(page).not.toContain('>Settings<');
    // Three folds of accuracy, balanced accuracy and training, two with an AUC; none of the mean F1 that nobody knows.
    expect(page.match(/<circle/g)).toHaveLength(11);
    expect(page).not.toMatch(/NaN|undefined|Infinity|<script/);
  });

  it('has every setting of a grid, draws them with the best one first, and lists the folds of all', () => {
    const grid = [
      entry({ 'weight-bound': '1', encode: '<b>' }, [10, 12, 14]),
      entry({ 'weight-bound': '3', encode: '<b>' }, [16, 18, 20]),
      entry({ 'weight-bound': '7', encode: '<b>' }, [12, 12, 12]),
    ];
    const { setting: best, ...figures } = grid[1];
    const page = pageOf({ ...figures, best, grid, ...ended, interrupted: true });
    expect(page).toContain('3 settings, each on the same 3 folds of 60 rows');
    expect(page).toContain('Folds of setting 2, the best');
    expect(page).toContain('<td class="number">60.0 +- 10.0 %</td>');
    expect(page.match(/<td>best<\/td>/g)).toHaveLength(1);
    expect(page.match(/<summary>[13]: weight-bound=[17] encode=&lt;b&gt;<\/summary>/g)).toHaveLength(2);
    expect(page.indexOf('>2: 3, &lt;b&gt;')).toBeLessThan(page.indexOf('>1: 1, &lt;b&gt;'));
    expect(page.match(/<circle/g)).toHaveLength(9);
    expect(page).toContain('Interrupted');
    expect(page).not.toMatch(/NaN|undefined|Infinity|<b>[^<]*<script/);
  });

  it('draws the best 24 settings of a large grid and says so', () => {
    const grid = Array.from({ length: 30 }, (_, at) => entry({ seed: String(at) }, [at % 20, 10, 10]));
    const best = grid[19];
    const page = pageOf({ ...best, best: best.setting, grid, ...ended });
    expect(page).toContain('Accuracy of the best 24 settings');
    expect(page.match(/<circle/g)).toHaveLength(72);
    // All of them are in the table, and have their folds.
    expect(page.match(/<summary>\d+: seed=/g)).toHaveLength(29);
  });
});
