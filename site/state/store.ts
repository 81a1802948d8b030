/** A value with one owner, who calls `set`; everybody else may look and listen. */
export class Store<T> {
  private readonly listeners = new Set<(value: T) => void>();

  constructor(private value: T) {}

  get(): T {
    return this.value;
  }

  set(value: T): void {
    this.value = value;
    for (const listener of this.listeners) listener(value);
  }

  update(fields: Partial<T>): void {
    this.set({ ...this.value, ...fields });
  }

  /** Calls at once, and whenever the value changes. */
  listen(listener: (value: T) => void): void {
    this.listeners.add(listener);
    listener(this.value);
  }
}
