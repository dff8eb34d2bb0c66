import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Alert } from '../../emulator/centre/orders.ts';
import { askBox } from '../../src/console/control-client.ts';
import type { ControlRequest } from '../../src/console/control-requests.ts';
import { sineWav } from '../audio/sound.ts';
import { pcmRate } from '../../src/audio/pcm.ts';
import { pause, until } from '../support/waiting.ts';
import type { FileCard, LoudStretch } from './file-card.ts';
import { openPage } from './page-client.ts';
import { treeOf } from './process-size.ts';
import { benchPin, type Product } from './product.ts';
import { pagePeople } from './site-files.ts';
import { root } from './tools.ts';

/** What the running box took until it was heard, ms, each way once or more. */
export interface Sounds {
  readonly commandMs: readonly number[];
  readonly pageMs: readonly number[];
  readonly panelMs: readonly number[];
  readonly wordsMs: readonly number[];
  readonly heldMs: readonly number[];
  readonly wavMs: readonly number[];
  readonly mp3Ms: readonly number[];
  readonly opusMs: readonly number[];
  /** The first recording that the box had to fetch and decode since its start, whatever it was. */
  readonly coldMs: readonly number[];
  /** From a person's stop to the end of what the card was given until then, played at its own pace. */
  readonly stopMs: readonly number[];
  /** The longest silence after the player was killed. */
  readonly backMs: readonly number[];
}

const withinMs = 15_000;
const nameOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch (error) {
    if (error instanceof Error) return '';
    throw error;
  }
};

const playersOf = (product: Product): readonly number[] => treeOf(product.pid).filter((pid) => nameOf(pid) === 'aplay');

/** A key counts only after it was seen off for a while, a long way after the panel's lamps are on. */
const panelSettlesMs = 2_000;

class Hall {
  private readonly product: Product;
  private readonly card: FileCard;
  readonly stopMs: number[] = [];

  constructor(product: Product, card: FileCard) {
    this.product = product;
    this.card = card;
  }

  async ready(): Promise<void> {
    await until('a player', () => playersOf(this.product).length > 0);
    await until('the panel', () => this.product.panel?.face().lamps.power === true);
    await pause(panelSettlesMs);
  }

  async ask(request: ControlRequest): Promise<void> {
    const told = await askBox(join(this.product.stateDir, 'control.sock'), request, withinMs);
    if (!told.ok) throw new Error(told.failure.code);
    if (!told.value.ok) throw new Error(JSON.stringify(told.value));
  }

  trigger(): Promise<void> {
    return this.ask({
      ...{ do: 'trigger', plan: 'hall-tone', zones: ['hall'], status: 'actual', severity: 'red', text: null },
      ...{ person: 'bench', sirenUnlocked: false },
    });
  }

  /** Does this and listens: ms to the first loud sample. Then stops it, and measures that too. */
  async heard(what: string, act: () => unknown): Promise<number> {
    await this.card.loud();
    const from = process.hrtime.bigint();
    const acted = act();
    const first = await this.card.first(from, withinMs);
    if ((await acted) === false || first === null) throw new Error(`${what}: refused, or nothing was heard`);
    await this.stop(first);
    return Number(first.at - from) / 1e6;
  }

  /** A stop while it sounds: how much longer the card has something to play, had it begun with the first sample. */
  private async stop(first: LoudStretch): Promise<void> {
    await pause(500);
    const from = process.hrtime.bigint();
    await this.ask({ do: 'stop', person: 'bench' });
    const after = [first, ...(await this.card.quiet(700)).filter(({ at }) => at > first.at)];
    const playedMs = after.reduce((sum, { samples }) => sum + (1000 * samples) / pcmRate, 0);
    const lastMs = Number((after.at(-1) ?? first).at - from) / 1e6;
    this.stopMs.push(Math.max(0, lastMs, Number(first.at - from) / 1e6 + playedMs));
  }

  /** An order of the centre for the hall. */
  order(more: Partial<Alert>): () => Promise<void> {
    return async () => {
      const sent = await this.product.centre.issue({
        ...({ status: 'actual', class: 'emergency', event: '11D03', severity: 'red', stage: 'now' } as const),
        ...{ zones: ['hall'], plan: 'hall-words', headline: '', text: '', sirenUnlocked: false, ...more },
      });
      if (!sent.ok) throw new Error(sent.failure.code);
    };
  }

  async keep(bytes: Buffer): Promise<NonNullable<Alert['audio']>> {
    const kept = await this.product.centre.keepAudio(bytes);
    if (!kept.ok) throw new Error(kept.failure.code);
    return kept.value;
  }

  /** The recording is at the box before the order comes. */
  async hold(bytes: Buffer): Promise<NonNullable<Alert['audio']>> {
    const { centre } = this.product;
    const audio = await this.keep(bytes);
    await centre.storeAudio(audio);
    await until('the recording is stored', () =>
      centre.audioProgress().some(({ sha256, state }) => sha256 === audio.sha256 && state === 'stored'),
    );
    return audio;
  }

  /** A hand at the key, which is turned back after the stop. */
  async turned(panel: NonNullable<Product['panel']>): Promise<number> {
    const ms = await this.heard('panel', () => panel.turnKey(true));
    panel.turnKey(false);
    await pause(1_000);
    return ms;
  }

  /** The longest silence around the end of the player. */
  async killed(): Promise<number> {
    await this.card.loud();
    await this.trigger();
    const first = await this.card.first(0n, withinMs);
    if (first === null) throw new Error('nothing to kill was heard');
    await pause(700);
    const [player = 0] = playersOf(this.product);
    const before = await this.card.loud();
    process.kill(player, 'SIGKILL');
    await pause(2_500);
    const instants = [...before.slice(-1), ...(await this.card.loud())].map(({ at }) => Number(at) / 1e6);
    await this.ask({ do: 'stop', person: 'bench' });
    await this.card.quiet(700);
    const gaps = instants.slice(1).map((at, n) => at - (instants[n] ?? at));
    return Math.max(...gaps);
  }
}

const fileOf = (name: string): Buffer => readFileSync(join(root, 'tests/audio/files', name));
const wav = (hz: number): Buffer => sineWav({ rate: 16_000, channels: 1, bits: 16 }, 8_000, hz);

const several = async (count: number, measure: (n: number) => Promise<number>): Promise<readonly number[]> => {
  const all: number[] = [];
  for (let n = 0; n < count; n += 1) all.push(await measure(n));
  return all;
};

const recordings = [
  ['wavMs', () => wav(440)],
  ['mp3Ms', () => fileOf('tone.mp3')],
  ['opusMs', () => fileOf('tone.opus')],
] as const;

/** A recording of each kind that is still at the centre; each round begins with another, on a box that is cold. */
const pushesOf = async (hall: Hall, round: number): Promise<Pick<Sounds, 'wavMs' | 'mp3Ms' | 'opusMs' | 'coldMs'>> => {
  const took = { wavMs: [0], mp3Ms: [0], opusMs: [0], coldMs: [0] };
  for (let n = 0; n < recordings.length; n += 1) {
    const [kind, bytes] = recordings[(round + n) % recordings.length]!;
    const audio = await hall.keep(bytes());
    took[kind] = [await hall.heard(kind, hall.order({ audio }))];
    if (n === 0) took.coldMs = took[kind];
  }
  return took;
};

export interface SoundRound {
  readonly round: number;
  /** How often each of the others. */
  readonly times: number;
}

/** Every way to make the hall sound, on a box that has just started and knows no recording. */
export const soundsOf = async (product: Product, card: FileCard, { round, times }: SoundRound): Promise<Sounds> => {
  const hall = new Hall(product, card);
  await hall.ready();
  const order = (what: string, more: Partial<Alert>): Promise<number> => hall.heard(what, hall.order(more));
  const pushes = await pushesOf(hall, round);
  const held = await hall.hold(wav(550));
  const heldMs = await several(times, () => order('held', { audio: held }));
  const wordsMs = await several(times, (n) => order('words', { text: `第${n + 1}号通知，请马上离开河边。` }));
  const commandMs = await several(times, () => hall.heard('command', () => hall.trigger()));
  const page =
    product.pagePort === null ? null : await openPage(product.pagePort, pagePeople.slice(0, times), benchPin);
  const pageMs =
    page === null ? [] : await several(times, () => hall.heard('page', () => page.start('hall', 'hall-tone')));
  const { panel } = product;
  const panelMs = panel === null ? [] : await several(times, () => hall.turned(panel));
  const backMs = [await hall.killed()];
  return { ...pushes, commandMs, pageMs, panelMs, wordsMs, heldMs, backMs, stopMs: hall.stopMs };
};
