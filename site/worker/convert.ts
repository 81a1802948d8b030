import { toC } from '../../src/convert/c/index.js';
import { toJs } from '../../src/convert/js/index.js';
import { toJson } from '../../src/convert/json.js';
import { toOnnx } from '../../src/convert/onnx/index.js';
import type { EnsembleModel } from '../../src/ensemble/model/model.js';
import type { ExportKind, FileHandle } from './api.js';
import { zipped } from './zip.js';

/** A model as the file of another place, several in a ZIP, as `fewbit convert` writes them (C without the sizes that its compiler has measured). */
export function convertModel(model: EnsembleModel, kind: ExportKind, name: string): FileHandle {
  const options = { name };
  const files =
    kind === 'c'
      ? toC(model, options).files()
      : { js: toJs, onnx: toOnnx, json: toJson }[kind](model, options);
  if (files.length > 1) {
    const parts = files.map(({ path, content }) => ({ name: path, content }));
    return { name: `${name}-${kind}.zip`, blob: zipped(parts) };
  }
  const [{ path, content }] = files;
  return { name: path, blob: new Blob([content as BlobPart]) };
}
