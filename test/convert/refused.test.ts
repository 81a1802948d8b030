import { describe, expect, it } from 'vitest';
import { toC } from '../../src/convert/c/index.js';
import { toJs } from '../../src/convert/js/index.js';
import { toJson } from '../../src/convert/json.js';
import { toOnnx } from '../../src/convert/onnx/index.js';
import { InputError } from '../../src/errors.js';
import { classifierOf, neuron } from '../ensemble/support.js';

describe('votes by margins', () => {
  const { model } = classifierOf(['a', 'b'], [neuron(1, -1)]);

  it.each([
    ['json', toJson],
    ['onnx', toOnnx],
  ] as const)('are refused where no radius is known (%s), and never taken for others', (_, to) => {
    expect(() => to(model, { vote: 'margin' })).toThrow(InputError);
    expect(() => to(model, { vote: 'margin' })).toThrow(/vote: margin can be converted to c and js only/);
    expect(() => to(model, { vote: 'recursive' })).not.toThrow();
  });

  it('are converted to C and JavaScript', () => {
    expect(() => toC(model, { vote: 'margin' })).not.toThrow();
    expect(() => toJs(model, { vote: 'margin' })).not.toThrow();
  });
});
