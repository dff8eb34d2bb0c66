import { permanent } from './entry.ts';

/** Codes of the room `config`: settings of units, drills and words that take back, and everything that is only warned of. */
export const settingsErrors = {
  'config-tone-number': permanent(
    '没有警报器有 {number} 号音调，最大 {most}',
    'no siren has tone {number}; the highest is {most}',
  ),
  'config-tone-no-unit': permanent(
    '音调 {tone} 写了设备音调号，但本站没有能选音调的警报器',
    'the tone {tone} names a number, but no siren of the site has tones of its own',
  ),
  'config-volume-unfit': permanent(
    '终端 {terminal} 的设备（{model}）不能调音量',
    'the volume of {terminal} cannot be set: its unit ({model}) has none',
  ),
  'config-clip-drill-only': permanent(
    '录音 {clip} 里说的是演练，不能放进正式播放单',
    'the clip {clip} says that it is a drill: it has no place in an actual playlist',
  ),
  'config-warn-drill-clip': permanent(
    '终端 {terminal} 只有存储的录音，演练时不播 {clip}：录音里没有说是演练（saysDrill）',
    'the terminal {terminal} has stored clips only: in a drill it leaves out {clip}, which does not say that it is one (saysDrill)',
  ),
  'config-threshold-always': permanent(
    '读数不会小于 0，阈值 {atLeast} 总是达到，每次启动都会报警：atLeast 要大于 0',
    'no reading is below 0: the threshold {atLeast} would be reached at every start; atLeast must be above 0',
  ),
  'config-threshold-within': permanent(
    '读数 {name} 不是累计值，阈值不能写 within',
    'the reading {name} is no running total: a threshold on it has no within',
  ),
  'config-warn-total': permanent(
    '读数 {name} 是累计值，阈值要写 within（多长时间内），否则小雨积多了也会报警，而且只报一次',
    'the reading {name} is a running total: without within a threshold is reached by and by, and only once',
  ),
  'config-warn-unproven': permanent(
    '终端 {terminal} 没有取证输入，结果只能是未知',
    'terminal {terminal} has no proof of sound: its verdict can only be unknown',
  ),
  'config-warn-held': permanent(
    '终端 {terminal} 的输出不会自己断开（{model}）',
    'the output of terminal {terminal} does not fall silent by itself ({model})',
  ),
  'config-warn-drill-tone': permanent(
    '预案 {plan} 的演练有警报音，但 sirenUnlock 为 0，不会响',
    'the drill of plan {plan} has a tone, but sirenUnlock is 0: it never sounds',
  ),
  'config-warn-plan-shadowed': permanent(
    '预案 {plan} 总是被前面的 {other} 抢先',
    'plan {plan} is never chosen: {other} comes first',
  ),
  'config-lift-mark': permanent(
    '更正、解除的话里，花括号中只能写 name（代表预案名称），不能写“{mark}”',
    'in the words of a correction or an all-clear only name, for the name of the plan, stands between braces, not “{mark}”',
  ),
} as const;
