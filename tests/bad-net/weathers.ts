/** One kind of bad line, as commands of rigs/link.c. */
export interface Weather {
  readonly name: string;
  readonly what: { readonly zh: string; readonly en: string };
  readonly line: readonly string[];
  /** Reports that the box has for the centre; few where the line could not carry more in an hour. */
  readonly reports: number;
  /** What happens to the line again and again: a command, and how long it stays so. */
  readonly turns?: readonly (readonly [command: string, ms: number])[];
  /** The centre shows a key that is not pinned for so long. */
  readonly wrongKeyMs?: number;
}

export const weathers: readonly Weather[] = [
  {
    ...{ name: 'loss', what: { zh: '五个包丢一个', en: 'one packet of five is lost' } },
    ...{ line: ['loss 0.2', 'delay 30'], reports: 10_000 },
  },
  {
    ...{ name: 'far', what: { zh: '往返 2 秒', en: 'a round trip of 2 s' } },
    ...{ line: ['delay 1000'], reports: 10_000 },
  },
  {
    ...{ name: 'half-open', what: { zh: '一再断开而无人得知', en: 'dead again and again, and nobody is told' } },
    ...{ line: ['delay 30', 'rate 1000000'], reports: 10_000 },
    turns: [
      ['cut 0', 40_000],
      ['cut 1', 100_000],
    ],
  },
  {
    ...{ name: 'flapping', what: { zh: '通 6 秒断 4 秒', en: '6 s there, 4 s gone' } },
    ...{ line: ['delay 30', 'rate 400000'], reports: 10_000 },
    turns: [
      ['cut 0', 6_000],
      ['cut 1', 4_000],
    ],
  },
  {
    ...{ name: 'wrong-key', what: { zh: '先遇到密钥不对的中心', en: 'first a centre with another key' } },
    ...{ line: ['delay 30'], reports: 10_000, wrongKeyMs: 15_000 },
  },
  {
    ...{ name: 'narrow', what: { zh: '64 kbit/s', en: '64 kbit/s' } },
    ...{ line: ['rate 64000', 'delay 100'], reports: 10_000 },
  },
  {
    ...{ name: 'narrowest', what: { zh: '2.4 kbit/s', en: '2.4 kbit/s' } },
    ...{ line: ['rate 2400', 'delay 300'], reports: 200 },
  },
];
