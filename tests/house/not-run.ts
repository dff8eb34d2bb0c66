interface NotRun {
  readonly path: string;
  readonly command: string;
  readonly why: string;
}

const readmes = ['README.md', 'README.zh-CN.md'];
const install = 'docs/how-to/install-on-a-box.md';

const tutorial = 'docs/tutorials/emulated-village.md';
const alone = 'node dist/emulator.entry.js --site site.json --run';

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
    why: 'takes a quarter of an hour; a smoke test runs the rigs with small counts',
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
    path: 'docs/how-to/under-fire.md',
    command: 'npm run fire -- kill9 --count 500',
    why: 'takes half an hour; the tests of fire play a small part of every section',
  },
  {
    path: 'docs/how-to/soak.md',
    command: 'sudo npm run soak -- --minutes 60',
    why: 'takes an hour; a test plays twenty seconds of it',
  },
  ...['sudo npm run bad-net', 'sudo npm run bad-net loss narrow -- --share 0.1'].map((command) => ({
    path: 'docs/how-to/bad-net.md',
    command,
    why: 'needs root and up to an hour',
  })),
  {
    path: 'docs/how-to/power-cut.md',
    command: 'sudo apt-get install qemu-system-x86 busybox-static cpio e2fsprogs',
    why: 'installs packages of the system',
  },
  {
    path: 'docs/how-to/power-cut.md',
    command: 'npm run power-cut -- --cuts 30 --seed 1',
    why: 'a virtual machine without its processor’s help takes a quarter of an hour for it',
  },
  {
    path: 'docs/how-to/mutate.md',
    command: 'npm run mutate -- src/core/quiet.ts',
    why: 'takes a minute, and writes the score of the file; the tests compare the scores that stand',
  },
  {
    path: 'docs/how-to/mutate.md',
    command: 'npm run coverage:core',
    why: 'runs all tests of core a second time',
  },
  {
    path: 'docs/how-to/fuzz.md',
    command: 'npm run fuzz -- order-forged message-of-centre --count 1000000',
    why: 'takes minutes; every target has its first inputs in the tests',
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
  {
    path: tutorial,
    command: 'npm start',
    why: 'runs until it is ended; the end-to-end tests start it',
  },
  {
    path: tutorial,
    command: 'RUN=/tmp/mingluo-…            # the folder that was printed',
    why: 'the reader fills in what was printed; the blocks that follow are run with both set',
  },
  {
    path: tutorial,
    command: 'npm start -- --fault heba-siren-2=silent --fault heba-siren-1=stuck-contact',
    why: 'runs until it is ended; the end-to-end tests start it with faults',
  },
  {
    path: tutorial,
    command: 'npm run mingluo -- status --state $RUN/state',
    why: 'the village in which the tutorial is run has no box; tests/cli asks one',
  },
  { path: tutorial, command: 'play $RUN/heard/mix.wav', why: 'plays through the sound card of the reader' },
  {
    path: tutorial,
    command: `${alone} village-run`,
    why: 'runs until it is ended; this very command starts the village in which the tutorial is run',
  },
  {
    path: 'docs/reference/emulator.md',
    command: `${alone} DIR`,
    why: 'runs until it is ended; the tutorial is run in it',
  },
  {
    path: 'docs/how-to/wire-a-panel.md',
    command: 'curl -s $VILLAGE/panel',
    why: 'the panel hangs on the wall of `npm start`; tests/panel press its keys over the same pages',
  },
  {
    path: 'docs/how-to/connect-a-centre.md',
    command: 'BOX=shiling-01 BOX_KEY="$(cat box-public-key.txt)" node centre.mjs',
    why: 'runs until it is ended; tests/centre run the program of this page against a box',
  },
  {
    path: 'docs/how-to/practice-centre.md',
    command: 'centre serve --port 8443 --http 8490 --dir practice --start-time workday',
    why: 'runs until it is ended; the page is run beside one on free ports',
  },
  {
    path: 'docs/how-to/describe-a-village.md',
    command: 'cp -r config /etc/mingluo',
    why: 'writes into a folder of the system',
  },
  {
    path: 'docs/how-to/describe-a-village.md',
    command: 'mingluo config check /etc/mingluo',
    why: 'reads the folder of a real box',
  },
];
