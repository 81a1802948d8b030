import type { Session } from '../session.js';
import type { ExportKind, FileHandle } from '../worker/api.js';
import { h, say, section } from './dom.js';
import { inFrame } from './frames.js';

const EXPORTS: readonly (readonly [ExportKind, string])[] = [
  ['c', 'C for a microcontroller'],
  ['js', 'JavaScript'],
  ['onnx', 'ONNX'],
  ['json', 'plain JSON'],
];

/** Takes the model along: files of the command line in and out, exports, and the command that makes the same. */
export class ModelPanel {
  readonly element: HTMLElement;
  private readonly words = h('p', { role: 'status', className: 'note' });

  constructor(
    session: Session,
    private readonly onOpen: (file: File) => void,
  ) {
    const picker = h('input', {
      type: 'file',
      id: 'model-file',
      accept: '.json,application/json',
      className: 'file',
    });
    picker.addEventListener('change', () => {
      const file = picker.files?.[0];
      // The same file again is a change, too.
      picker.value = '';
      if (file !== undefined) this.onOpen(file);
    });
    const save = h(
      'button',
      { type: 'button', onclick: () => void this.hand(session.ask('save')) },
      'Save model.json',
    );
    const exports = EXPORTS.map(([kind, title]) =>
      h(
        'button',
        { type: 'button', onclick: () => void this.hand(session.ask('convert', kind, 'model')) },
        title,
      ),
    );
    const command = h('pre', { tabIndex: 0, 'aria-label': 'the command that makes the same model' });
    const about = h('div', {}, h('h3', {}, 'The same model, byte for byte, on the command line'), command);
    this.element = section(
      'model',
      '6 · Take it along',
      h(
        'div',
        { className: 'buttons' },
        save,
        h('label', { htmlFor: 'model-file', className: 'button' }, 'Open a model', picker),
      ),
      h('h3', {}, 'Export'),
      h('div', { className: 'buttons' }, ...exports),
      this.words,
      about,
    );
    const show = inFrame(() => {
      const { model, phase } = session.state.get();
      const isThere = model !== null && phase === 'done';
      for (const button of [save, ...exports]) button.disabled = !isThere;
      about.hidden = model?.command === undefined;
      say(command, model?.command ?? '');
    });
    session.state.listen(show);
  }

  private async hand(file: Promise<FileHandle>): Promise<void> {
    try {
      const { name, blob } = await file;
      const href = URL.createObjectURL(blob);
      h('a', { href, download: name }).click();
      setTimeout(() => URL.revokeObjectURL(href), 10_000);
      this.words.textContent = `${name}: ${blob.size} bytes.`;
    } catch (error) {
      this.words.textContent = (error as Error).message;
    }
  }
}
