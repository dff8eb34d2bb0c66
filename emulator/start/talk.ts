import { fill, languageOf, type Bilingual } from '../../src/words/bilingual.ts';

/** Everything `npm start` says, in both languages. */
export const lines = {
  preparing: { zh: '准备模拟村庄…… 临时目录 {dir}', en: 'preparing the emulated village… temporary folder {dir}' },
  keys: {
    zh: '本次运行的练习密钥已生成（不进 git，不能用于真线路）',
    en: 'practice keys made for this run (never in git, refused on real lines)',
  },
  world: {
    zh: '村庄就绪：{lines} 条线路，{units} 台设备，{terminals} 个终端',
    en: 'the village stands: {lines} lines, {units} units, {terminals} terminals',
  },
  line: { zh: '  线路 {line}  {address}', en: '  line {line}  {address}' },
  panel: { zh: '操作面板  {address}（{url}）', en: 'operating panel  {address} ({url})' },
  centre: { zh: '练习中心  {url}', en: 'practice centre  {url}' },
  control: { zh: '故障与状态接口  {url}', en: 'faults and state  {url}' },
  page: { zh: '练习中心网页  {url}', en: "practice centre's page  {url}" },
  order: {
    zh: '替中心下指令  node dist/centre.entry.js drill --url {url}（其他命令也要带 --url，--help 列出全部）',
    en: 'give its orders  node dist/centre.entry.js drill --url {url} (every other command takes --url too; --help lists them)',
  },
  boxPage: {
    zh: '本机页面  {url}  本次密码 {pin}（只用于这次运行）',
    en: "the box's own page  {url}  PIN of this run {pin}",
  },
  ask: {
    zh: '问本机  npm run mingluo -- status --state {stateDir}（其他命令也要带 --state）',
    en: 'ask the box  npm run mingluo -- status --state {stateDir} (every other command takes --state too)',
  },
  boxStarting: { zh: '启动本机程序 mingluo（进程 {pid}）', en: 'starting the box program mingluo (process {pid})' },
  boxDied: {
    zh: '本机程序退出（{how}），{ms} 毫秒后由守护重启',
    en: 'the box program ended ({how}); its supervisor restarts it in {ms} ms',
  },
  waitingForBox: { zh: '等待本机连上练习中心……', en: 'waiting for the box to reach the practice centre…' },
  connected: {
    zh: '本机 {box} 已连上，签名校验通过；授时 {time}（北京时间）',
    en: 'box {box} is connected and proven; signed time {time} (Beijing)',
  },
  unlocked: { zh: '本次演练解锁警报器 3 秒', en: 'the siren is unlocked for 3 s for this drill' },
  drill: { zh: '下达演练指令 {id}', en: 'drill order {id} is sent' },
  firstSound: { zh: '>>> 首声：从启动算起 {seconds} 秒', en: '>>> first sound {seconds} s after the start' },
  proven: {
    zh: '演练结束：应响 {due} = 已响 {sounded} + 未响 {failed} + 未知 {unknown}（从启动算起 {seconds} 秒）',
    en: 'drill ended: due {due} = sounded {sounded} + failed {failed} + unknown {unknown} ({seconds} s after the start)',
  },
  refused: { zh: '演练被拒绝：{detail}', en: 'the drill was refused: {detail}' },
  usage: {
    zh: '看不懂这些选项。可用：--once  --at HH:MM  --config 目录  --run 目录  --fault 终端=故障  --help',
    en: 'these options are not understood; there are: --once  --at HH:MM  --config DIR  --run DIR  --fault TARGET=FAULT  --help',
  },
  help: {
    zh: `用法：npm start -- [选项]
  起一座模拟村庄、本机程序和练习中心，放一次演练
  --once                放完演练就结束
  --at HH:MM            模拟的时刻（下一个工作日，北京时间），默认 09:00
  --config 目录         站点文件，默认 config
  --run 目录            本次运行的一切放在这里，默认临时目录
  --fault 终端=故障     从一开始就有的故障，可写多次`,
    en: `usage: npm start -- [options]
  brings up an emulated village, the box and a practice centre, and plays one drill
  --once                end after the drill
  --at HH:MM            simulated time (next workday, Beijing), 09:00 by default
  --config DIR          the site's files, config by default
  --run DIR             everything of this run comes here, a temporary folder by default
  --fault TARGET=FAULT  a fault that is there from the start; may be given more than once`,
  },
  wavs: {
    zh: '听到的声音：{dir}（每个终端一个 WAV，另有合成 mix.wav）',
    en: 'what was heard: {dir} (one WAV a terminal, and mix.wav)',
  },
  running: { zh: '村庄继续运行。按 Ctrl-C 结束。', en: 'the village keeps running. Ctrl-C ends it.' },
  ending: { zh: '收尾……', en: 'ending…' },
  noProof: { zh: '{seconds} 秒内没有得到结果', en: 'no result within {seconds} s' },
  failed: { zh: '失败：{detail}', en: 'failed: {detail}' },
} as const satisfies Readonly<Record<string, Bilingual>>;

export interface Talk {
  readonly say: (line: keyof typeof lines, params?: Readonly<Record<string, string | number>>) => void;
  /** A line that is already in the reader's language. */
  readonly show: (text: string) => void;
  readonly language: 'zh' | 'en';
}

export const talkTo = (out: NodeJS.WritableStream, environment: NodeJS.ProcessEnv): Talk => {
  const language = languageOf(environment);
  const show = (text: string): void => void out.write(`${text}\n`);
  return { language, show, say: (line, params = {}) => show(fill(lines[line][language], params)) };
};
