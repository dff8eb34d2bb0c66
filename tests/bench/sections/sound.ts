import { openCard } from '../file-card.ts';
import {
  brief,
  median,
  scaled,
  spreadOf,
  type Chart,
  type Row,
  type Said,
  type SectionResult,
  type Sizes,
} from '../goal.ts';
import { startProduct } from '../product.ts';
import { playsOf, type Plays } from '../sound-plays.ts';
import { soundsOf, type Sounds } from '../sound-triggers.ts';
import type { Workshop } from '../tools.ts';

/** One row: median over the rounds of what was measured, in milliseconds unless a ratio is made of it. */
interface Goal {
  readonly id: string;
  readonly what: Said;
  readonly most: number;
  readonly of: (sounds: Sounds) => readonly number[];
}

const goals: readonly Goal[] = [
  {
    ...{ id: 'stop', most: 300, of: ({ stopMs }) => stopMs },
    what: { zh: '停止到静音，毫秒', en: 'stop to silence, ms' },
  },
  {
    ...{ id: 'local-command', most: 500, of: ({ commandMs }) => commandMs },
    what: { zh: '现场命令到第一声，毫秒', en: 'a trigger by command to the first sound, ms' },
  },
  {
    ...{ id: 'local-page', most: 500, of: ({ pageMs }) => pageMs },
    what: { zh: '页面触发到第一声，毫秒', en: 'a trigger at the page to the first sound, ms' },
  },
  {
    ...{ id: 'local-panel', most: 500, of: ({ panelMs }) => panelMs },
    what: {
      zh: '面板钥匙到第一声（其中 300 毫秒是防抖），毫秒',
      en: 'a turn of the panel’s key to the first sound (300 ms of it the key must be steady), ms',
    },
  },
  {
    ...{ id: 'push-words', most: 1000, of: ({ wordsMs }) => wordsMs },
    what: { zh: '中心文字指令到第一声，毫秒', en: 'an order with words to the first sound, ms' },
  },
  {
    ...{ id: 'push-held', most: 1000, of: ({ heldMs }) => heldMs },
    what: { zh: '中心指令，录音已在本站：到第一声，毫秒', en: 'an order whose recording is held already, ms' },
  },
  {
    ...{ id: 'push-wav', most: 1000, of: ({ wavMs }) => wavMs },
    what: { zh: '中心指令，WAV 录音尚未到：到第一声，毫秒', en: 'an order whose WAV is still at the centre, ms' },
  },
  {
    ...{ id: 'push-mp3', most: 1000, of: ({ mp3Ms }) => mp3Ms },
    what: { zh: '中心指令，MP3 录音尚未到：到第一声，毫秒', en: 'an order whose MP3 is still at the centre, ms' },
  },
  {
    ...{ id: 'push-opus', most: 1000, of: ({ opusMs }) => opusMs },
    what: { zh: '中心指令，Opus 录音尚未到：到第一声，毫秒', en: 'an order whose Opus is still at the centre, ms' },
  },
  {
    ...{ id: 'push-cold', most: 1000, of: ({ coldMs }) => coldMs },
    what: {
      zh: '启动后第一段尚未到的录音（WAV、MP3、Opus 轮流）：到第一声，毫秒',
      en: 'the first recording from the centre since the start (WAV, MP3, Opus in turn), ms',
    },
  },
  {
    ...{ id: 'player-back', most: 1000, of: ({ backMs }) => backMs },
    what: { zh: '播放器被杀到再次出声，毫秒', en: 'a killed player: silence until it sounds again, ms' },
  },
];

const rowOf = ({ id, what, most, of }: Goal, rounds: readonly Sounds[]): Row => {
  const all = rounds.flatMap((sounds) => of(sounds));
  const ms = median(all);
  return {
    ...{ id, what, value: ms, op: '<=', goal: most, floor: '', peer: '' },
    ours: `${brief(ms)} ms (${brief(Math.min(...all))} to ${brief(Math.max(...all))} ms, ${all.length} times)`,
    spread: spreadOf(rounds.map((sounds) => median(of(sounds)))),
  };
};

const playRow = (rounds: readonly Plays[]): Row => {
  const of = (part: keyof Plays): number => median(rounds.flatMap((plays) => plays[part]));
  const [ours, aplay] = [of('oursMs'), of('aplayMs')];
  return {
    id: 'play-file',
    what: {
      zh: '已有的录音：播放到声卡第一个样点 / 启动 aplay',
      en: 'a stored file: play to the first sample out of the card / starting aplay for it',
    },
    ...{
      value: ours / aplay,
      op: '<=',
      goal: 2,
      ours: `${brief(ours)} ms`,
      floor: `aplay ${brief(aplay)} ms`,
      peer: '',
    },
    spread: spreadOf(rounds.map(({ oursMs, aplayMs }) => median(oursMs) / median(aplayMs))),
  };
};

const chartOf = (rows: readonly Row[]): Chart => ({
  name: 'sound',
  title: { zh: '到第一声，毫秒', en: 'to the first sound' },
  unit: 'ms',
  bars: rows.map(({ id = '', value }) => ({ label: id, value, of: 'ours' })),
});

/** What people hear, and when: the running box with a sound card that hands on what it plays. */
export const soundSection = async (workshop: Workshop, sizes: Sizes): Promise<SectionResult> => {
  const card = await openCard(workshop);
  const [plays, sounds]: [Plays[], Sounds[]] = [[], []];
  try {
    for (let round = 0; round < sizes.rounds; round += 1) {
      plays.push(await playsOf(workshop, card, scaled(sizes, 7, 1)));
      // The smoke test hears the sound process alone: the running box starts in other sections too.
      if (sizes.share < 0.1) continue;
      const site = { units: 1, zones: 1, baud: 9600, pollEvery: '1 s', hall: true };
      const product = await startProduct(workshop, {
        ...{ site, page: true, panel: true },
        environment: { ALSA_CONFIG_PATH: card.config },
      });
      try {
        sounds.push(await soundsOf(product, card, { round, times: scaled(sizes, 2, 1) }));
      } finally {
        await product.close();
      }
    }
  } finally {
    await card.close();
  }
  const rows = sounds.length === 0 ? [] : goals.map((goal) => rowOf(goal, sounds));
  const first = rows.filter(({ id }) => id !== 'stop' && id !== 'player-back');
  return { rows: [playRow(plays), ...rows], charts: [chartOf(first)], remarks: [] };
};
