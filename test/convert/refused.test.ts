import { describe, expect, it } from 'vitest';
import { toC } from '../../src/convert/c/index.js';
import { toJs } from '../../src/convert/js/index.js';
import { toJson } from '../../src/convert/json.js';
import { toOnnx } from '../../src/convert/onnx/index.js';
import { countingRule } from '../../src/convert/types.js';
import { InputError } from '../../src/errors.js';
import { classifierOf, neuron } from '../ensemble/support.js';
import { someModels } from './models.js';

describe('votes by margins', () => {
  const { model } = classifierOf(['a', 'b'], [neuron(1, -1)]);

  it.each([
    ['c', toC],
    ['js', toJs],
    ['json', toJson],
    ['onnx', toOnnx],
  ] as const)('are converted to %s', (_, to) => {
    expect(() => to(model, { vote: 'margin' })).not.toThrow();
  });

  it('are refused where no operator decides as the library does, and never taken for others', () => {
    const wide = someModels(400, 3).filter(({ layers }) => layers.length === 4 && layers[1] > 12);
    expect(wide.length).toBeGreaterThan(0);
    for (const one of wide) {
      if (one.pairs.every(({ network }) => network === null)) continue;
      expect(() => toOnnx(one, { vote: 'margin' })).toThrow(InputError);
      expect(() => toOnnx(one, { vote: 'margin' })).toThrow(/vote: margin with more than one hidden layer/);
      expect(() => toOnnx(one, { vote: 'recursive' })).not.toThrow();
    }
    expect(() => countingRule('margin')).toThrow(/vote: properties/);
  });
});
