/* How many runs are solved after how long: one step line a contestant, time on a logarithmic axis. */

const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'];
const BOX = { width: 720, height: 400, left: 56, right: 190, top: 40, bottom: 48 };
const LEAST = 0.001; // seconds: everything faster stands at the left edge

/**
 * @param series `{ name, times }` each; `times` in seconds, one per solved run
 * @param total runs of a contestant: the top of the axis
 * @param limit seconds: the right edge
 */
export function solvedOverTime(series, total, limit) {
  const { width, height, left, right, top, bottom } = BOX;
  const plotWidth = width - left - right;
  const plotHeight = height - top - bottom;
  const decades = Math.log10(limit / LEAST);
  const x = (seconds) => left + (Math.log10(Math.max(seconds, LEAST) / LEAST) / decades) * plotWidth;
  const y = (solved) => top + plotHeight - (solved / Math.max(1, total)) * plotHeight;
  const at = (value) => value.toFixed(1);
  const text = (px, py, content, anchor = 'start') =>
    `<text x="${at(px)}" y="${at(py)}" text-anchor="${anchor}">${escaped(content)}</text>`;

  const parts = [text(left, 22, 'Runs solved to proof over time')];
  for (let seconds = LEAST; seconds <= limit * 1.0001; seconds *= 10) {
    parts.push(
      `<line x1="${at(x(seconds))}" y1="${top}" x2="${at(x(seconds))}" y2="${top + plotHeight}" stroke="#e4e7eb"/>`,
      text(x(seconds), top + plotHeight + 18, `${Number(seconds.toPrecision(1))} s`, 'middle'),
    );
  }
  for (let quarter = 0; quarter <= 4; quarter++) {
    const solved = Math.round((total * quarter) / 4);
    parts.push(
      `<line x1="${left}" y1="${at(y(solved))}" x2="${left + plotWidth}" y2="${at(y(solved))}" stroke="#e4e7eb"/>`,
      text(left - 8, y(solved) + 4, String(solved), 'end'),
    );
  }
  series.forEach(({ name, times }, index) => {
    const colour = COLOURS[index % COLOURS.length];
    let path = `M${at(left)} ${at(y(0))}`;
    [...times]
      .sort((a, b) => a - b)
      .forEach((seconds, before) => {
        path += `H${at(x(seconds))}V${at(y(before + 1))}`;
      });
    path += `H${at(left + plotWidth)}`;
    const legend = top + 10 + index * 20;
    parts.push(
      `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`,
      `<rect x="${left + plotWidth + 14}" y="${legend - 4}" width="12" height="4" fill="${colour}"/>`,
      text(left + plotWidth + 32, legend + 3, `${name} (${times.length})`),
    );
  });
  parts.push(text(left + plotWidth / 2, height - 10, 'seconds', 'middle'));
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
    `font-family="system-ui, sans-serif" font-size="12" fill="#1f2933">` +
    `<rect width="${width}" height="${height}" fill="#ffffff"/>${parts.join('')}</svg>\n`
  );
}

const escaped = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
