import type { Session } from '../session.js';
import type { Store } from '../state/store.js';
import type { Sample } from './answer-panel.js';
import { h } from './dom.js';
import { selectField } from './fields.js';
import { inFrame } from './frames.js';

/** A row of the table to ask about: one that was held back, with every field open to change. */
export class RowInput {
  readonly element: HTMLElement;
  private readonly row: ReturnType<typeof selectField>;
  private readonly fields = h('div', { className: 'fields row-fields' });
  private inputs: (HTMLInputElement | HTMLSelectElement)[] = [];
  private made = '';

  constructor(
    private readonly session: Session,
    private readonly sample: Store<Sample | null>,
  ) {
    this.row = selectField({
      id: 'row',
      label: 'A row that was held back',
      options: [],
      onChange: (at) => this.fill(Number(at)),
    });
    this.element = h('div', {}, this.row.element, this.fields);
    const build = inFrame(() => this.build());
    session.data.listen(build);
    session.knowledge.listen(build);
  }

  /** A table or a model that has just been opened, or another choice of columns. */
  private build(): void {
    const table = this.session.data.get()?.table;
    const { model } = this.session.state.get();
    const fields = model?.fields ?? table?.used.map((name) => ({ name, levels: table.levels[name] ?? null }));
    if (fields === undefined) return;
    // A model of the command line may be of other columns than the table in the page.
    const isOwn = fields.map(({ name }) => name).join('\n') === table?.used.join('\n');
    const samples = isOwn ? table.samples : [];
    const made = JSON.stringify([fields.map(({ name }) => name), isOwn, table?.label, samples[0]]);
    if (made === this.made) return;
    this.made = made;
    this.row.element.hidden = !isOwn;
    this.row.input.replaceChildren(
      ...samples.map(({ label }, at) => h('option', { value: String(at) }, `${at + 1}: ${label}`)),
    );
    this.inputs = fields.map(({ name, levels }, c) => {
      const id = `field-${c}`;
      const onchange = (): void => this.tell();
      const known = isOwn ? (table.levels[name] ?? null) : levels;
      return known === null
        ? h('input', { type: 'text', id, inputMode: 'decimal', onchange })
        : h(
            'select',
            { id, onchange },
            ...['', ...known].map((level) => h('option', { value: level }, level || '(missing)')),
          );
    });
    this.fields.replaceChildren(
      ...fields.map(({ name }, c) =>
        h('div', { className: 'field' }, h('label', { htmlFor: `field-${c}` }, name), this.inputs[c]),
      ),
    );
    if (isOwn) this.fill(0);
  }

  private fill(at: number): void {
    const sample = this.session.data.get()?.table?.samples[at];
    if (sample === undefined) return;
    for (const [c, input] of this.inputs.entries()) input.value = sample.fields[c] ?? '';
    this.tell();
  }

  private tell(): void {
    this.sample.set(this.inputs.map(({ value }) => value));
  }
}
