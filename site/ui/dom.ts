type Child = Node | string | null | undefined;
type Props = Readonly<Record<string, unknown>>;

/**
 * An element in one call: properties that the element has are set, `on...` are listeners, everything else is an attribute. Text
 * is text: nothing is ever parsed as HTML.
 */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value as EventListener);
    else if (name in element && !name.includes('-') && name !== 'list')
      (element as unknown as Record<string, unknown>)[name] = value;
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  append(element, children);
  return element;
}

/** The same for drawings. */
export function s(tag: string, props: Props = {}, ...children: readonly Child[]): SVGElement {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(props)) {
    if (value !== undefined && value !== null) element.setAttribute(name, String(value));
  }
  append(element, children);
  return element;
}

function append(element: Element, children: readonly Child[]): void {
  for (const child of children) if (child !== null && child !== undefined) element.append(child);
}

/** Makes a button wait. Not by `disabled`, which would take the focus from whoever has just pressed it by a key. */
export function enable(button: HTMLButtonElement, isOn: boolean): void {
  if (isEnabled(button) !== isOn) button.setAttribute('aria-disabled', String(!isOn));
}

export function isEnabled(button: HTMLButtonElement): boolean {
  return button.getAttribute('aria-disabled') !== 'true';
}

/** A section with a heading, which names it. */
export function section(id: string, title: string, ...children: readonly Child[]): HTMLElement {
  const heading = h('h2', { id: `${id}-title` }, title);
  return h('section', { id, className: 'card', 'aria-labelledby': `${id}-title` }, heading, ...children);
}

/** Sets a text that may be there already: to set it would be a change, for the layout and for screen readers. */
export function say(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** The same for an attribute. */
export function mark(element: Element, name: string, value: string): void {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/** With commas, as `Intl` writes it; its tables alone would be a long task of the start. */
export function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Three digits of what is large, with their unit. */
export function brief(value: number): string {
  const size = Math.abs(value);
  if (size < 10_000) {
    const [whole, ...tenth] = String(Math.round(value * 10) / 10).split('.');
    return [whole.replace(/\B(?=(\d{3})+$)/g, ','), ...tenth].join('.');
  }
  const [scale, unit] = size < 999_500 ? [1e3, 'K'] : size < 999_500_000 ? [1e6, 'M'] : [1e9, 'B'];
  return `${Number((value / scale).toPrecision(3))}${unit}`;
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(share === 1 || share === 0 ? 0 : 1)} %`;
}
