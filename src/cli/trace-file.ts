/** Bytes of a trace: beyond that nobody looks at single nodes any more. */
const MOST_BYTES = 64 * 2 ** 20;

/** Hands a trace on up to a limit; a line says that it ends there, and no text is cut within a line. */
export function boundedTrace(write: (text: string) => void, most = MOST_BYTES): (text: string) => void {
  let left = most;
  return (text) => {
    if (left < 0) return;
    if (text.length <= left) {
      left -= text.length; // a trace is plain ASCII
      write(text);
      return;
    }
    const end = left === 0 ? 0 : text.lastIndexOf('\n', left - 1) + 1;
    write(`${text.slice(0, end)}${JSON.stringify({ truncated: true, after: most - left + end })}\n`);
    left = -1;
  };
}
