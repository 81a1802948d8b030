import { toC } from '../../src/convert/c/index.js';
import { toJs } from '../../src/convert/js/index.js';
import { toJson } from '../../src/convert/json.js';
import { toOnnx } from '../../src/convert/onnx/index.js';
import type { EnsembleModel } from '../../src/ensemble/model/model.js';
import type { ExportedFile, ExportKind } from './api.js';

/** A model as the files of another place, as `fewbit convert` writes them (C without the sizes that its compiler has measured). */
export function convertModel(model: EnsembleModel, kind: ExportKind, name: string): readonly ExportedFile[] {
  const options = { name };
  const files =
    kind === 'c'
      ? toC(model, options).files()
      : { js: toJs, onnx: toOnnx, json: toJson }[kind](model, options);
  return files.map(({ path, content }) => ({ name: path, content }));
}
