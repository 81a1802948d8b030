/**
 * Help in the width of the terminal. The option parser wraps descriptions, but not what stands below them, and nothing at
 * all where the terminal is narrow; a terminal then breaks lines in the middle of words.
 */

/** Anything narrower leaves no room for words. */
const LEAST_WIDTH = 20;
const USUAL_WIDTH = 80;

/** Columns to fill: the terminal's, or what the environment says, or the usual ones. */
export function helpWidth(stream: { readonly isTTY?: boolean; readonly columns?: number }): number {
  const told = stream.isTTY ? stream.columns : Number(process.env.COLUMNS);
  return told !== undefined && told >= 1 ? Math.max(LEAST_WIDTH, Math.floor(told)) : USUAL_WIDTH;
}

/** Breaks every line that is too long between words; an example goes on after a `\`, so that it can still be copied. */
export function wrapHelp(text: string, width: number): string {
  return text
    .split('\n')
    .flatMap((line) => wrapLine(line, width))
    .join('\n');
}

function wrapLine(line: string, width: number): string[] {
  if (line.length <= width) return [line];
  const [, indent, content] = /^( *)(.*)$/.exec(line) as RegExpExecArray;
  const isExample = indent !== '' && content.startsWith('fewbit ');
  const end = isExample ? ' \\' : '';
  const deeper = ' '.repeat(Math.min(indent.length + (indent === '' ? 0 : 4), width >> 1));
  const lines: string[] = [];
  let current = indent;
  // A gap between a term and its description stays, unless the line breaks there.
  for (const [, gap, word] of content.matchAll(/( *)([^ ]+)/g)) {
    const fresh = current.trim() === '';
    if (!fresh && current.length + gap.length + word.length + end.length > width) {
      lines.push(current + end);
      current = deeper + word;
    } else current += (fresh ? '' : gap) + word;
  }
  return [...lines, current];
}
