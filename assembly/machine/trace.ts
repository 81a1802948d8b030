import { emptyTrace, setTracing as setTracingOn, Trace, traceAt } from '../base/trace';

/** Before a problem is loaded: whether its trees are watched. */
export function setTracing(on: bool): void {
  setTracingOn(on);
}
/** f64 [records][fields] (base/trace.ts), to be read and emptied between steps. */
export function traceAddress(): usize {
  return traceAt;
}
export function traceRecords(): i32 {
  return Trace.records;
}
/** Records that had no room since the buffer was emptied last. */
export function traceMissed(): f64 {
  return Trace.missed;
}
export function clearTrace(): void {
  emptyTrace();
}
