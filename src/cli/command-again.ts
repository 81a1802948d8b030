/** Options that do not change what is made, by whether a value follows. A queue's address may hold a password. */
const LEFT_OUT: Readonly<Record<string, boolean>> = {
  '--queue': true,
  '--shared': true,
  '--workers': true,
  '--resume': false,
  '--force': false,
  '--quiet': false,
  '--json': false,
  '--stats': false,
};

/** The command line that makes the same again, as a shell reads it. @param args without the program */
export function commandAgain(args: readonly string[]): string {
  const kept: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const [name] = args[at].split('=', 1);
    if (!Object.hasOwn(LEFT_OUT, name)) kept.push(args[at]);
    else if (LEFT_OUT[name] && !args[at].includes('=')) at++;
  }
  return ['fewbit', ...kept.map(quoted)].join(' ');
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
