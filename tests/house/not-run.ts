interface NotRun {
  readonly path: string;
  readonly command: string;
  readonly why: string;
}

const readmes = ['README.md', 'README.zh-CN.md'];
const install = 'docs/how-to/install-on-a-box.md';

/** ```console blocks of the documents that no test runs, by document and first command, with the reason. */
export const notRun: readonly NotRun[] = [
  ...readmes.map((path) => ({
    path,
    command: 'npm start',
    why: 'runs until it is ended; the end-to-end tests start it',
  })),
  ...readmes.map((path) => ({ path, command: 'npm test', why: 'is the command that runs this test' })),
  {
    path: 'docs/explanation/measured-limits.md',
    command: 'npm run bench',
    why: 'takes ten minutes; a smoke test runs every section with small counts',
  },
  {
    path: 'docs/how-to/simulate.md',
    command: 'npm run simulate -- --seed=7 --hours=1',
    why: 'the tests of the simulator live through the same seeds',
  },
  {
    path: 'docs/how-to/simulate.md',
    command: 'npm run simulate:night -- --minutes=480',
    why: 'takes a night',
  },
  {
    path: install,
    command: 'mingluo keys new /etc/mingluo/keys/box.key',
    why: 'writes a key into a folder of the system',
  },
  {
    path: install,
    command:
      'mingluo keys enrol centre.pub --senders /etc/mingluo/keys/senders.json --id county-1 --name 县预警中心 --authority county --classes alarm,routine,drill,stop,keys --scope 500112 --fingerprint "ABCD EF01 2345 6789"',
    why: 'needs the key of a centre and its fingerprint, read by telephone',
  },
  { path: install, command: 'mingluo config check /etc/mingluo', why: 'reads the folder of a real box' },
  {
    path: 'docs/how-to/use-the-page.md',
    command: 'mingluo pin set wang-fang --config /etc/mingluo',
    why: 'reads a PIN from the keyboard and writes into the folder of a real box',
  },
];
