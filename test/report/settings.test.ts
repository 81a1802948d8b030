import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../../src/ensemble/options.js';
import type { Perturbations } from '../../src/perturb/description.js';
import { describeMerged, describeScaling, describeSettings } from '../../src/report/settings.js';

describe('the lines about settings', () => {
  it('name the scaling and who chose it', () => {
    expect(describeScaling({ mode: 'auto', kind: 'identity', merged: [] })).toBe(
      'none: whole numbers are read as they are (chosen by auto)',
    );
    expect(describeScaling({ mode: 'none', kind: 'identity', merged: [], mixed: true })).toBe(
      'none: whole numbers are read as they are; the columns do not look like one unit: --scaling range centres each',
    );
    expect(describeScaling({ mode: 'range', kind: 'centred', end: 127, merged: [] })).toMatch(
      /^range: .* to -127\.\.127, rounded$/,
    );
    expect(describeScaling({ mode: 'auto', kind: 'factor', factor: 10, merged: [] })).toMatch(
      /times 10, rounded/,
    );
  });

  it('say which values have become equal, names made visible', () => {
    expect(describeMerged({ mode: 'auto', kind: 'factor', factor: 1, merged: [] })).toBeUndefined();
    const merged = Array.from({ length: 6 }, (_, column) => ({ column, values: 10, integers: 9 }));
    const named = [{ ...merged[0], name: 'a\u001bb' }, ...merged.slice(1)];
    expect(describeMerged({ mode: 'range', kind: 'centred', merged: named })).toBe(
      'the scaling makes different values equal (column "a\\u001bb": 10 become 9, column 1: 10 become 9, ' +
        'column 2: 10 become 9, column 3: 10 become 9, and 2 columns more)',
    );
  });

  it('say what was decided without being asked for', () => {
    expect(describeSettings(resolveConfig({ hidden: [] }, 4, false))).toEqual([
      ['confidence', '1; a single neuron is asked for the right answer'],
    ]);
    expect(describeSettings(resolveConfig({ hidden: [], stages: ['mm'] }, 4, false))).toEqual([]);
    const robust = resolveConfig({ objective: 'robust', shots: 10 }, 64, true);
    expect(describeSettings({ ...robust, fineness: 16 })).toEqual([
      ['perturbations', 'radius 5/16, 160 affine copies (12 degrees, 16 %, slant 16, 1.6 pixels, bend 1)'],
    ]);
    const told = (perturb: Perturbations) => {
      const said = describeSettings(resolveConfig({ objective: 'robust', perturb }, 64, true));
      return said.find(([name]) => name === 'perturbations')?.[1];
    };
    expect(told({ linf: 8, shift: 1, rotate: 7.5 })).toBe(
      'radius 8, moves by up to 1 pixel, turns by 7.5 degrees',
    );
    expect(told({ scale: 5, shear: 9, joint: true, elastic: { copies: 3 } })).toBe(
      'radius 0, sizes by 5 %, slants by 9, all of these together, 3 elastic copies (1.5 pixels, cells of 7)',
    );
    expect(told({ linf: 0 })).toBe('none: the rows as they are');
  });
});
