import type { Whys } from './report.ts';

/**
 * Every goal that the last recorded run misses, by `section/row`: by how much, and why. A test asks for the words of each row
 * that fails in docs/reference/bench.json, and takes none for a row that passes.
 */
export const missedGoals: Whys = {
  'trigger/from-an-order-s-arrival-to-the-first-byte-on-the-wire': {
    zh: '多 1.1 毫秒。指令在静置 1.8 秒之后才来：WebSocket 帧、JSON、验签、决策、交给线路线程，都从冷的处理器和冷缓存开始；下限中的 C 程序只收一段字节再写出去。',
    en: '1.1 ms more. The order comes after 1.8 s of rest: WebSocket frame, JSON, signature, decision and the hand-over to the thread of the line all begin on a cold processor; the C program of the floor only receives bytes and writes some.',
  },
  'processes/ready-journal-folded-lines-open-start-of-empty-node': {
    zh: '绝对值 0.22 秒。空 Node 的启动已占三分之一；余下一半是线路线程：另一个 Node 环境和它的程序，在配置读完之后才开始；端口由主线程同时打开。曾试过让线程与读配置同时开始，两个处理器的机器上反而更慢。',
    en: '0.22 s in all. A third is what an empty Node takes; half of the rest is the thread of the line, one more environment of Node with its program, begun when the configuration has been read; the main thread opens the port meanwhile. To begin the thread beside the reading was tried and was slower on two processors.',
  },
  'growth/cpu-per-poll': {
    zh: '超出目标 0.03。五种规模的数字在 1.2 与 1.5 毫秒之间上下，并不随设备数逐级增加；一次测量中处理器缓存的冷热差别就有这么大。',
    en: '0.03 above its goal. Over the five sizes the figure goes up and down between 1.2 and 1.5 ms and does not climb with the number of units; how cold the processor’s caches are in one measurement makes as much.',
  },
};
