import type { ColumnSummary } from '../../src/data/encoding-fit.js';
import { describeColumn } from '../../src/report/columns.js';
import type { Session } from '../session.js';
import { exampleTable } from '../state/example-table.js';
import { Store } from '../state/store.js';
import type { DataShown, TableHeader, TableRequest } from '../worker/api.js';
import { count, h, say, section } from './dom.js';
import { selectField } from './fields.js';
import { inFrame } from './frames.js';

/** Tables beyond this are for the command line. */
const MOST_BYTES = 20_000_000;
const HELD = 0.3;

/** A table of one's own: dropped in or chosen, its columns and what becomes of them, and which one is to be told. Owner of `table`. */
export class TablePanel {
  readonly element: HTMLElement;
  readonly table = new Store<TableRequest>({
    kind: 'table',
    name: 'fruit.csv',
    text: exampleTable(),
    drop: [],
    held: HELD,
    seed: 0,
  });
  private readonly columns = h('div', {
    className: 'scroll',
    tabIndex: 0,
    role: 'region',
    'aria-label': 'Columns',
  });
  private readonly note = h('p', { className: 'note' });
  private readonly label: ReturnType<typeof selectField>;

  constructor(private readonly session: Session) {
    const picker = h('input', {
      type: 'file',
      id: 'table-file',
      accept: '.csv,.tsv,.txt,text/csv',
      className: 'file',
    });
    picker.addEventListener('change', () => {
      const file = picker.files?.[0];
      picker.value = '';
      if (file !== undefined) void this.read(file);
    });
    const drop = h(
      'label',
      { htmlFor: 'table-file', className: 'drop' },
      'Drop a CSV file here, or choose one',
      picker,
    );
    for (const type of ['dragover', 'dragleave', 'drop']) {
      drop.addEventListener(type, (event) => {
        event.preventDefault();
        drop.classList.toggle('over', type === 'dragover');
      });
    }
    drop.addEventListener('drop', (event) => {
      const file = event.dataTransfer?.files[0];
      if (file !== undefined) void this.read(file);
    });
    this.label = selectField({
      id: 'table-label',
      label: 'Column to be told from the others',
      options: [],
      onChange: (label) => this.table.update({ label, drop: [] }),
    });
    this.element = section(
      'table',
      '1 · Table',
      drop,
      h(
        'p',
        { className: 'note' },
        'It stays in this page. A header, a row each; texts and missing values are welcome.',
      ),
      this.note,
      this.label.element,
      this.columns,
    );
    session.data.listen(inFrame(() => this.show(session.data.get())));
  }

  private async read(file: File): Promise<void> {
    if (file.size > MOST_BYTES) {
      this.session.fault(
        `${file.name}: ${count(file.size)} bytes; a page takes ${count(MOST_BYTES)}, the command line more`,
      );
      return;
    }
    const text = await file.text();
    this.table.set({ kind: 'table', name: file.name, text, drop: [], held: HELD, seed: 0 });
  }

  private show(view: DataShown | null): void {
    const { table } = view ?? {};
    this.note.className = view === null ? 'note fault' : 'note';
    if (view !== null && table !== undefined) {
      const learnt = view.counts.reduce((sum, one) => sum + one, 0);
      say(
        this.note,
        `${this.table.get().name}: ${count(table.rows)} rows, ${count(learnt)} to learn from and ${count(view.heldBack)} held back.`,
      );
      this.choices(table, table.columns);
      return;
    }
    this.label.element.hidden = this.columns.hidden = true;
    say(this.note, view === null ? (this.session.state.get().fault ?? '') : '');
    if (view === null && !this.element.hidden) void this.rescue();
  }

  /** Another label, or a column less, may be all that a table needs: what there is to choose from stays on the page. */
  private async rescue(): Promise<void> {
    const { text, name, label } = this.table.get();
    const header = await this.session.ask('tableHeader', text, name).catch(() => null);
    // Meanwhile it may be another table.
    if (header === null || this.session.data.get() !== null || text !== this.table.get().text) return;
    this.choices({ names: header.names, label: label ?? header.label }, null);
  }

  /** @param summaries what networks read of each column; `null`: nothing, as it is */
  private choices({ names, label }: TableHeader, summaries: readonly ColumnSummary[] | null): void {
    const { drop } = this.table.get();
    this.label.element.hidden = this.columns.hidden = false;
    this.label.input.replaceChildren(...names.map((column) => h('option', { value: column }, column)));
    this.label.input.value = label;
    const rows = names
      .filter((column) => column !== label)
      .map((column) => {
        const summary = summaries?.find((one) => one.name === column);
        const box = h('input', {
          type: 'checkbox',
          checked: !drop.includes(column),
          'aria-label': `use ${column}`,
          onchange: () => {
            const others = drop.filter((one) => one !== column);
            this.table.update({ label, drop: box.checked ? others : [...others, column] });
          },
        });
        const words = summary === undefined ? (summaries === null ? '' : 'left out') : describe(summary);
        return h('tr', {}, h('td', {}, box), h('th', { scope: 'row' }, column), h('td', {}, words));
      });
    const head = ['use', 'column', 'networks read'].map((word) => h('th', { scope: 'col' }, word));
    this.columns.replaceChildren(
      h('table', {}, h('thead', {}, h('tr', {}, ...head)), h('tbody', {}, ...rows)),
    );
  }
}

/** What there is in a column, and what networks read of it. */
function describe(column: ColumnSummary): string {
  const missing = column.missing === 0 ? '' : `, ${column.missing} missing`;
  return `${column.distinct} values${missing}: ${describeColumn(column)}`;
}
