import { h } from './dom.js';

interface RangeField {
  readonly id: string;
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly step?: number;
  /** What stands behind the label; default: the number. */
  readonly text?: (value: number) => string;
  readonly hint?: string;
  /** While the slider moves. */
  readonly onInput?: (value: number) => void;
  /** When it is let go. */
  readonly onChange?: (value: number) => void;
}

/** A slider with its name and value. */
export function rangeField(field: RangeField): {
  element: HTMLElement;
  input: HTMLInputElement;
  set(value: number): void;
} {
  const { id, label, min, max, step = 1, text = String, hint, onInput, onChange } = field;
  const output = h('output', { htmlFor: id } as Record<string, unknown>);
  const input = h('input', { type: 'range', id, min: String(min), max: String(max), step: String(step) });
  const show = (): void => {
    output.textContent = text(input.valueAsNumber);
    input.setAttribute('aria-valuetext', text(input.valueAsNumber));
  };
  input.addEventListener('input', () => {
    show();
    onInput?.(input.valueAsNumber);
  });
  input.addEventListener('change', () => onChange?.(input.valueAsNumber));
  const element = h(
    'div',
    { className: 'field' },
    h('label', { htmlFor: id }, label, ' ', output),
    input,
    hint === undefined ? null : h('small', {}, hint),
  );
  return {
    element,
    input,
    set(value) {
      input.value = String(value);
      show();
    },
  };
}

interface SelectField {
  readonly id: string;
  readonly label: string;
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly hint?: string;
  readonly onChange: (value: string) => void;
}

/** A list to choose from, with its name. */
export function selectField({ id, label, options, hint, onChange }: SelectField): {
  element: HTMLElement;
  input: HTMLSelectElement;
} {
  const input = h(
    'select',
    { id, onchange: () => onChange(input.value) },
    ...options.map(([value, text]) => h('option', { value }, text)),
  );
  return {
    element: h(
      'div',
      { className: 'field' },
      h('label', { htmlFor: id }, label),
      input,
      hint === undefined ? null : h('small', {}, hint),
    ),
    input,
  };
}
