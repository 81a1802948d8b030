/*
 * The tasks of a page's thread out of a trace of chromium: how long a clock saw each last, and how much of that was processor time. On a machine
 * that does other things as well only the second says something of the page.
 */

/** What has to be traced. */
export const CATEGORIES = ['toplevel', 'blink.user_timing'];

/** The page says so when it is ready. */
const READY = 'fewbit ready';
/** A flow begins where the page is made to say this and its name. */
export const FLOW = 'flow: ';
/** Messages by which the browser is driven: the scripts that come with them are no part of the page. */
const DRIVER = 'blink.mojom.DevToolsSession';

/**
 * @param {string} text a trace, as JSON
 * @returns {Map<string, {wall: number, processor: number}[]>} tasks of each flow in milliseconds, the one before the page was ready called `start` and
 *   the first one behind it `ready`; those by which the browser was driven are left out
 */
export function pageTasks(text) {
  const { traceEvents } = JSON.parse(text);
  // Chromium has renderers in store that have nothing to do with the page.
  const ready = traceEvents.find(({ name }) => name === READY);
  if (ready === undefined) throw new Error('the page was never ready');
  const mine = traceEvents.filter(({ pid, tid }) => pid === ready.pid && tid === ready.tid);
  const marks = mine
    .filter(
      ({ name, cat }) => cat?.includes('blink.user_timing') && (name === READY || name.startsWith(FLOW)),
    )
    .map(({ name, ts }) => ({ ts, flow: name === READY ? 'ready' : name.slice(FLOW.length) }))
    .sort((a, b) => a.ts - b.ts);
  const flows = new Map([['start', []], ...marks.map(({ flow }) => [flow, []])]);
  const events = mine
    .filter(({ ph, dur }) => ph === 'X' && dur !== undefined)
    .sort((a, b) => a.ts - b.ts || b.dur - a.dur);
  let end = Number.NEGATIVE_INFINITY;
  let task;
  for (const event of events) {
    if (event.ts >= end) {
      end = event.ts + event.dur;
      const flow = marks.findLast(({ ts }) => ts <= event.ts)?.flow ?? 'start';
      task = { wall: event.dur / 1000, processor: (event.tdur ?? 0) / 1000, flow, isDriver: false };
      flows.get(flow).push(task);
    }
    if (JSON.stringify(event.args ?? {}).includes(DRIVER)) task.isDriver = true;
  }
  return new Map(
    [...flows].map(([flow, tasks]) => [
      flow,
      tasks.filter(({ isDriver }) => !isDriver).map(({ wall, processor }) => ({ wall, processor })),
    ]),
  );
}
