/*
 * What the house is made of, by building: files, lines, the longest file and function; in assembly/ also module variables
 * (those of a room's state.ts apart: CONTRIBUTING.md, the rule of state), owner classes' fields, and assertions.
 *
 *     node tools/house.mjs [--rooms]      --rooms: assembly/ room by room
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Every .ts file below a folder, with its text. */
function filesOf(folder) {
  return readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort()
    .map((path) => ({ name: relative(ROOT, path), text: readFileSync(path, 'utf8') }));
}

const linesOf = ({ text }) => text.split('\n').length - 1;
const count = (files, pattern) =>
  files.reduce((sum, { text }) => sum + (text.match(pattern) ?? []).length, 0);

/** The longest function that begins and ends at the margin: `name (file)` and its lines. */
function longestFunction(files) {
  let longest = { lines: 0, name: '' };
  for (const { name, text } of files) {
    for (const [whole, which] of text.matchAll(
      /^(?:export )?(?:default )?(?:async )?function\*? (\w+)[\s\S]*?^}/gm,
    )) {
      const lines = whole.split('\n').length;
      if (lines > longest.lines) longest = { lines, name: `${which} (${name})` };
    }
  }
  return longest;
}

function report(title, files) {
  const longest = files.reduce((a, b) => (linesOf(b) > linesOf(a) ? b : a));
  const { lines, name } = longestFunction(files);
  const total = files.reduce((sum, file) => sum + linesOf(file), 0);
  console.log(`${title}: ${files.length} files, ${total} lines`);
  console.log(`  longest file      ${linesOf(longest)}  ${longest.name}`);
  console.log(`  longest function  ${lines}  ${name}`);
}

function reportState(files) {
  const isState = ({ name }) => name.endsWith('state.ts');
  const outside = files.filter((file) => !isState(file));
  const inside = files.filter(isState);
  console.log(
    `  module variables  ${count(outside, /^(export )?let /gm)} outside state.ts, ${count(outside, /^export let /gm)} of them exported; ${count(inside, /^(export )?let /gm)} in state.ts, ${count(inside, /^export let /gm)} of them exported`,
  );
  console.log(`  owners' fields    ${count(files, /^ {2}static \w+:/gm)}`);
  console.log(
    `  assertions        ${count(files, /\bassert\(/g)}; ranges asserted by at(): ${count(files, /\bat\(\w+, /g)}`,
  );
}

const assembly = filesOf('assembly');
report('assembly', assembly);
reportState(assembly);
report('src', filesOf('src'));
if (process.argv.includes('--rooms')) {
  const rooms = new Map();
  for (const file of assembly)
    rooms.set(dirname(file.name), [...(rooms.get(dirname(file.name)) ?? []), file]);
  for (const [room, files] of rooms) {
    const own = files.filter(({ name }) => !name.endsWith('state.ts'));
    const total = files.reduce((sum, file) => sum + linesOf(file), 0);
    console.log(
      `${room}: ${files.length} files, ${total} lines, ${count(own, /^(export )?let /gm)} variables outside state.ts, ${count(files, /\bassert\(/g)} assertions`,
    );
  }
}
