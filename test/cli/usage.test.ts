import { describe, expect, it } from 'vitest';
import { fewbit, temporaryFolder, tinyProblem, version, write } from './support.js';

const folder = temporaryFolder();
const problem = write(folder, 'tiny.problem.json', JSON.stringify(tinyProblem));
const train = ['train', '--data', 'digits', '--out', `${folder}/out`];

/** Command lines that are wrong in themselves, and what the one line has to name. */
const wrong: [args: string[], named: RegExp][] = [
  [[], /no command given/],
  [['trian'], /unknown command 'trian' \(Did you mean train\?\)/],
  [['train', '--out', 'x'], /'--data <D>'/],
  [['train', '--data', 'digits'], /'--out <dir>'/],
  [[...train, 'extra'], /too many arguments/],
  [[...train, '--shot', '3'], /unknown option '--shot' \(Did you mean --shots\?\)/],
  [[...train, '--shots', '0'], /'--shots <N>' argument '0'/],
  [[...train, '--shots', '2.5'], /'--shots <N>' argument '2.5'/],
  [[...train, '--shots', '0x10'], /'--shots <N>' argument '0x10'/],
  [[...train, '--shots', '99999999999999999999'], /'--shots <N>'/],
  [[...train, '--instance', '-1'], /'--instance <Z>' argument '-1'/],
  [[...train, '--instance', '1'], /instance: only with shots/],
  [[...train, '--classes', '4'], /'--classes <list>' argument '4'/],
  [[...train, '--classes', '4,,9'], /'--classes <list>' argument '4,,9'/],
  [[...train, '--classes', '4,4'], /class '4' is given twice/],
  [[...train, '--classes', '4,eleven'], /"eleven"/],
  [[...train, '--hidden', '4,x'], /'--hidden <list>' argument '4,x'/],
  [[...train, '--weight-bound', '0'], /'--weight-bound <P>' argument '0'/],
  [[...train, '--weight-bound', '1000000'], /weightBound/],
  [[...train, '--objective', 'best'], /'--objective <name>' argument 'best'/],
  [[...train, '--stages', 'sm,xx'], /Unknown stage 'xx'/],
  [[...train, '--stages', 'mw,sm'], /'--stages <list>' argument 'mw,sm'/],
  [[...train, '--stages', 'sm,sm'], /stage 'sm' is given twice/],
  [[...train, '--perturb', 'linf'], /'linf' is not one of/],
  [[...train, '--perturb', 'blur=3'], /'blur=3' is not one of/],
  [[...train, '--perturb', 'linf=1,linf=2'], /linf is given twice/],
  [[...train, '--perturb', 'shift=1.5'], /shift=1.5/],
  [[...train, '--perturb', 'constructor=1'], /'constructor=1' is not one of/],
  [[...train, '--perturb', 'affine.constructor=1,affine=1'], /'affine.constructor=1' is not one of/],
  [[...train, '--perturb', 'affine.rotate=3'], /affine.rotate needs affine=N/],
  [
    [...train, '--perturb', 'affine=3,affine.rotate=181'],
    /perturb.affine.rotate: must be a number in 0..180/,
  ],
  [[...train, '--perturb', 'joint=1'], /'joint=1' is not one of/],
  [[...train, '--perturb', 'elastic=0x3'], /elastic=0x3: Expected a number/],
  [[...train, '--perturb', 'scale=100'], /perturb.scale: must be a number in 0..90/],
  [[...train, '--tolerance', '1.5'], /'--tolerance <T>' argument '1.5'/],
  [[...train, '--time-limit', 'NaN'], /'--time-limit <S>' argument 'NaN'/],
  [[...train, '--time-limit', 'Infinity'], /'--time-limit <S>' argument 'Infinity'/],
  [[...train, '--time-limit', '-1'], /'--time-limit <S>' argument '-1'/],
  [[...train, '--work-limit', '1e6'], /'--work-limit <N>' argument '1e6'/],
  [[...train, '--seed', '4294967296'], /'--seed <N>' argument '4294967296'/],
  [[...train, '--workers', '1000'], /'--workers <N>' argument '1000'/],
  [[...train, '--per-class', 'some'], /'--per-class <n>' argument 'some'/],
  [['train', '--data', 'digits', '--out', '--json'], /'--out <dir>' argument '--json'/],
  [['evaluate', '--data', 'digits'], /missing required argument 'model'/],
  [['evaluate', 'm.json', '--data', 'digits', '--vote', 'first'], /'--vote <rule>' argument 'first'/],
  [['solve'], /missing required argument 'problem'/],
  [['solve', problem, '--engine', 'cplex'], /'--engine <engine>' argument 'cplex'/],
  [['solve', problem, '--solution'], /'--solution <file>' argument missing/],
  [
    ['solve', problem, '--quiet', '--solution', `${folder}/no/such/s.json`],
    /no\/such\/s\.json: there is no folder/,
  ],
  [['verify', problem], /missing required argument 'solution'/],
  [['export', problem, '--format', 'lp'], /'--stage <stage>'/],
  [['export', problem, '--stage', 'sm', '--format', 'xls'], /'--format <format>' argument 'xls'/],
  [['export', problem, '--stage', 'mm', '--format', 'lp'], /stage mm/],
  [['fetch', 'imagenet'], /'imagenet'/],
];

describe('bad usage is one line that names what is wrong, and exit code 2', () => {
  it.each(wrong.map(([args, named]) => [args.join(' ').replaceAll(folder, ''), args, named] as const))(
    'fewbit %s',
    async (_title, args, named) => {
      const { code, stdout, stderr } = await fewbit(args);
      expect(stderr).toMatch(/^fewbit: [^\n]+\n$/);
      expect(stderr).toMatch(named);
      expect(stdout).toBe('');
      expect(code).toBe(2);
    },
  );
});

describe('help', () => {
  it('lists the commands and ends well', async () => {
    const { code, stdout, stderr } = await fewbit(['--help']);
    for (const command of ['train', 'evaluate', 'problem', 'solve', 'verify', 'export', 'fetch']) {
      expect(stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'));
    }
    expect(stdout).toContain('Examples:');
    expect(stdout).toContain('Exit codes:');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it.each(['train', 'evaluate', 'problem', 'solve', 'verify', 'export', 'fetch'])(
    'has examples for %s',
    async (command) => {
      const { code, stdout } = await fewbit([command, '--help']);
      expect(stdout).toMatch(new RegExp(`Examples:\\n {2}fewbit ${command} `));
      expect(code).toBe(0);
    },
  );

  it.each([30, 40, 60, 80, 132])('fits %i columns and breaks between words', async (width) => {
    for (const command of [[], ['train'], ['solve'], ['evaluate']]) {
      const { stdout } = await fewbit([...command, '--help'], { COLUMNS: String(width) });
      const words = (text: string) => text.replaceAll(' \\\n', ' ').split(/\s+/);
      for (const line of stdout.split('\n')) {
        const alone = line.trim().replace(/ \\$/, '').split(/\s+/).length === 1;
        expect(alone || line.length <= width, line).toBe(true);
      }
      const { stdout: wide } = await fewbit([...command, '--help'], { COLUMNS: '10000' });
      expect(words(stdout)).toEqual(words(wide));
    }
  });

  it('prints the version of the package', async () => {
    expect(await fewbit(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });
});
