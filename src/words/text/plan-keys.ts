import type { Bilingual } from '../bilingual.ts';

/** What the keys of plans and people mean; part of the one table in config-keys.ts. */
export const planKeys = {
  'plan.id': { zh: '预案编号', en: 'id of the plan' },
  'plan.name': { zh: '预案名称', en: 'name of the plan' },
  'plan.class': { zh: 'emergency 应急，routine 日常', en: 'emergency, or routine' },
  'plan.when': {
    zh: '什么预警选中它；不写只能按名字启动',
    en: 'which alerts choose it; left out, it is started by its name only',
  },
  'plan.when.events': {
    zh: '事件代码或开头，不写为任何事件',
    en: 'event codes or their beginnings; any event if left out',
  },
  'plan.when.severities': { zh: '级别，不写为任何级别', en: 'severities; any if left out' },
  'plan.when.stages': { zh: '时段：now、2h、6h、24h，不写为任何时段', en: 'stages: now, 2h, 6h, 24h; any if left out' },
  'plan.zones': { zh: '本地启动时播到哪些分区', en: 'zones of a local start; an order names its own' },
  'plan.playlist': { zh: '一遍里依次播什么', en: 'what one pass plays, in order' },
  'plan.playlist[].play': { zh: 'tone 警报音，speech 说话，clip 录音', en: 'tone, speech or clip' },
  'plan.playlist[].tone': { zh: '警报音编号', en: 'the tone' },
  'plan.playlist[].text': { zh: '说的话；不写就播预警里的话', en: 'the words; those of the alert if left out' },
  'plan.playlist[].clip': {
    zh: '录音编号；说话时给不会说话的终端用',
    en: 'the clip; beside speech, for terminals that cannot speak',
  },
  'plan.repeats': { zh: '播几遍，不写为播到解除', en: 'how many passes; until the alert ends if left out' },
  'plan.interval': { zh: '两遍的间隔', en: 'pause between two passes' },
  'plan.afterRestart': {
    zh: '重启后：resume 接着播，announce-again 从头播，stay-silent 不播',
    en: 'after a restart: resume, announce again, or stay silent',
  },
  'plan.drill': { zh: '演练怎么播', en: 'how a drill of this plan plays' },
  'plan.drill.playlist': {
    zh: '演练一遍里依次播什么，首尾的“演练”自动加',
    en: 'what one pass of a drill plays; the spoken mark at both ends is added',
  },
  'plan.drill.playlist[].play': { zh: 'tone 警报音，speech 说话，clip 录音', en: 'tone, speech or clip' },
  'plan.drill.playlist[].tone': { zh: '警报音编号，解锁才响', en: 'the tone; it sounds only when unlocked' },
  'plan.drill.playlist[].text': { zh: '说的话，要带“演练”', en: 'the words; they must say 演练' },
  'plan.drill.playlist[].clip': { zh: '录音编号', en: 'the clip' },
  'plan.drill.repeats': { zh: '演练播几遍', en: 'how many passes a drill has' },
  'plan.drill.sirenUnlock': {
    zh: '演练解锁时警报器最长响多久，0 s 为不响',
    en: 'longest siren sounding of an unlocked drill; 0 s is never',
  },
  'plan.lift': {
    zh: '现场更正、解除这个预警时说的话，{name} 是预案名称',
    en: 'what is said when such a warning is taken back on site; {name} is the name of the plan',
  },
  'plan.lift.correction': { zh: '更正（误播）时说的话', en: 'the words of a correction (sent by mistake)' },
  'plan.lift.allClear': { zh: '解除时说的话', en: 'the words of an all-clear' },
  'people.staff': { zh: '值班人员', en: 'staff of the station' },
  'people.staff[].id': { zh: '人员编号，记入日志', en: 'id of the person, in the journal' },
  'people.staff[].name': { zh: '姓名', en: 'name' },
  'people.staff[].role': { zh: 'staff 值班，leader 负责人，technician 安装人员', en: 'staff, leader or technician' },
  'people.staff[].phone': { zh: '电话', en: 'phone' },
  'people.staff[].pin_file': { zh: '口令摘要文件', en: 'file with the digest of the PIN' },
  'people.contacts': { zh: '叫不响时打给谁', en: 'whom to call about a zone' },
  'people.contacts[].name': { zh: '姓名', en: 'name' },
  'people.contacts[].duty': { zh: '职务', en: 'duty' },
  'people.contacts[].phone': { zh: '电话', en: 'phone' },
  'people.contacts[].zones': { zh: '负责的分区', en: 'the zones they answer for' },
} as const satisfies Readonly<Record<string, Bilingual>>;
