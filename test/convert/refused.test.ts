import { describe, expect, it } from 'vitest';
import { toC } from '../../src/convert/c/index.js';
import { toJs } from '../../src/convert/js/index.js';
import { toJson } from '../../src/convert/json.js';
import { toOnnx } from '../../src/convert/onnx/index.js';
import { InputError } from '../../src/errors.js';
import { classifierOf, neuron } from '../ensemble/support.js';

describe('what no target says yet', () => {
  const { model } = classifierOf(['a', 'b'], [neuron(1, -1)]);

  it.each([
    ['c', toC],
    ['js', toJs],
    ['json', toJson],
    ['onnx', toOnnx],
  ] as const)('votes by margins are refused for %s, and never taken for others', (_, to) => {
    expect(() => to(model, { vote: 'margin' })).toThrow(InputError);
    expect(() => to(model, { vote: 'margin' })).toThrow(/vote: margin cannot be converted yet/);
    expect(() => to(model, { vote: 'recursive' })).not.toThrow();
  });
});
