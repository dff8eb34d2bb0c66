import { permanent } from './entry.ts';

/** Error codes of the room `config`. Every one comes with file, line and column. */
export const configErrors = {
  'config-internal': permanent(
    '配置检查程序自相矛盾：{detail}',
    'the configuration check contradicts itself: {detail}',
  ),
  'config-folder-empty': permanent(
    '{dir} 不是站点目录：里面没有 site.yaml，也没有 people.yaml',
    '{dir} is no folder of a site: it has neither site.yaml nor people.yaml',
  ),
  'config-file-missing': permanent('缺少文件', 'the file is missing'),
  'config-file-empty': permanent('文件是空的', 'the file is empty'),
  'config-file-big': permanent('文件有 {bytes} 字节，上限 {limit}', 'the file has {bytes} bytes, the limit is {limit}'),
  'config-file-encoding': permanent('文件不是 UTF-8 编码，请另存为 UTF-8', 'the file is not UTF-8: save it as UTF-8'),
  'config-files-many': permanent(
    '文件夹里有 {count} 个文件，上限 {limit}',
    'the folder holds {count} files, the limit is {limit}',
  ),
  'config-yaml-tab': permanent('用了制表符缩进，请改用空格', 'a tab is used to indent: use spaces'),
  'config-yaml-indent': permanent(
    '缩进不对，或冒号用错（“{name}”）',
    'the indentation or a colon is wrong here ("{name}")',
  ),
  'config-yaml-unclosed': permanent(
    '缺少右括号、引号、逗号或冒号',
    'a closing bracket, quote, comma or colon is missing',
  ),
  'config-yaml-tag': permanent('不支持的 YAML 标签 {name}', 'the YAML tag {name} is not supported'),
  'config-yaml-anchor': permanent(
    '不支持锚点和别名（“{name}”），请直接写出内容',
    'anchors and aliases are not supported ("{name}"): write the value itself',
  ),
  'config-yaml-syntax': permanent('YAML 写法有误：{word}（“{name}”）', 'not valid YAML: {word} ("{name}")'),
  'config-yaml-key': permanent('键必须是文字：{key}', 'a key must be text: {key}'),
  'config-yaml-comma': permanent(
    '{key} 后面没有冒号；文字里有逗号时请加引号',
    'there is no colon after {key}; a text with a comma needs quotes',
  ),
  'config-yaml-duplicate': permanent(
    '键 {key} 重复，第一次出现在第 {line} 行',
    'the key {key} appears twice, first in line {line}',
  ),
  'config-yaml-deep': permanent('嵌套超过 {limit} 层', 'nested deeper than {limit} levels'),
  'config-yaml-documents': permanent('一个文件只能有一份（多了“---”）', 'one file, one document (a second "---")'),
  'config-yaml-long': permanent('一处列出的内容超过 {limit} 项', 'more than {limit} entries in one place'),
  'config-yaml-values': permanent('内容超过 {limit} 项', 'more than {limit} values'),
  'config-key-unknown': permanent(
    '没有 {key} 这个键，最接近的是 {nearest}',
    'unknown key {key}; the nearest valid one is {nearest}',
  ),
  'config-key-missing': permanent('缺少键 {key}', 'the key {key} is missing'),
  'config-secret-inline': permanent(
    '密钥、口令不能写在这里（{key}），请用 *_file 键写文件路径',
    'a secret must not stand here ({key}): give a path with a *_file key',
  ),
  'config-empty': permanent('这里没有内容', 'the value is empty'),
  'config-not-map': permanent('应为“键: 值”，实际是 {found}', 'expected keys and values, found {found}'),
  'config-not-list': permanent('应为列表，实际是 {found}', 'expected a list, found {found}'),
  'config-not-text': permanent('应为文字，实际是 {found}', 'expected text, found {found}'),
  'config-not-number': permanent('应为数字，实际是 {found}', 'expected a number, found {found}'),
  'config-not-whole': permanent('应为整数，实际是 {found}', 'expected a whole number, found {found}'),
  'config-not-yes-no': permanent('应为 true 或 false，实际是 {found}', 'expected true or false, found {found}'),
  'config-needs-quotes': permanent(
    "编码要加引号，否则会当成数字：'{found}'",
    "a code needs quotes, or it is read as a number: '{found}'",
  ),
  'config-duration-unit': permanent(
    '时间要带单位：{found} s、{found} min……',
    'a length of time needs its unit: {found} s, {found} min…',
  ),
  'config-form': permanent('{found} 的写法不对，例如 {example}', '{found} has the wrong form; for example {example}'),
  'config-text-length': permanent(
    '文字长度应为 {least}–{most}，实际 {found}',
    'the text must have {least}–{most} characters, it has {found}',
  ),
  'config-list-length': permanent(
    '列表应有 {least}–{most} 项，实际 {count} 项',
    'the list must have {least}–{most} entries, it has {count}',
  ),
  'config-out-of-range': permanent('{found} 超出范围 {least}–{most}', '{found} is outside {least}–{most}'),
  'config-word-unknown': permanent(
    '{found} 不在可选值中（{allowed}），最接近的是 {nearest}',
    '{found} is not one of {allowed}; the nearest is {nearest}',
  ),

  'config-id-duplicate': permanent(
    '编号 {id} 重复，第一次出现在 {file} 第 {line} 行',
    'the id {id} appears twice, first in {file} line {line}',
  ),
  'config-zone-unknown': permanent(
    '没有分区 {name}，最接近的是 {nearest}',
    'there is no zone {name}; the nearest is {nearest}',
  ),
  'config-line-unknown': permanent(
    '没有线路 {name}，最接近的是 {nearest}',
    'there is no line {name}; the nearest is {nearest}',
  ),
  'config-output-unknown': permanent(
    '没有声音输出 {name}，最接近的是 {nearest}',
    'there is no sound output {name}; the nearest is {nearest}',
  ),
  'config-output-key-missing': permanent('{kind} 声音输出缺少 {key}', 'a sound output of kind {kind} needs {key}'),
  'config-output-key': permanent('{kind} 声音输出没有 {key}', 'a sound output of kind {kind} has no {key}'),
  'config-output-bare': permanent(
    '{terminal} 没有继电器，却与别的分区的 {other} 共用声音输出 {output}：两个分区会互相听到',
    '{terminal} has no relay but shares the sound output {output} with {other} of another zone: each would hear the other',
  ),
  'config-terminal-unwired': permanent(
    '{terminal} 没有写 output，也没有写 sound，不会响',
    '{terminal} has neither an output nor a sound: nothing makes it sound',
  ),
  'config-siren-sound': permanent('警报器不接声音输出', 'a siren hangs on no sound output'),
  'config-sound-and-speech': permanent(
    '一只喇叭要么用语音芯片，要么用声音输出',
    'a speaker has a speech chip or a sound output, not both',
  ),
  'config-proof-unswitched': permanent(
    '{terminal} 没有 output，不能用 proof 取证，请用 returnAudio',
    '{terminal} has no output, so that a proof input says nothing of it: use returnAudio',
  ),
  'config-return-soundless': permanent(
    '收回声音的终端必须有 sound',
    'a terminal from which sound comes back needs a sound',
  ),
  'config-return-device': permanent('缺少录音设备 device', 'the recording device is missing (device)'),
  'config-return-way': permanent(
    '声音输出 {output} 不是网络喇叭，没有声音从那里回来',
    'the sound output {output} is no network loudspeaker: nothing comes back from it',
  ),
  'config-supply-unknown': permanent(
    '没有供电 {name}，最接近的是 {nearest}',
    'there is no supply {name}; the nearest is {nearest}',
  ),
  'config-model-unknown': permanent(
    '没有型号 {name}，最接近的是 {nearest}',
    'there is no model {name}; the nearest is {nearest}',
  ),
  'config-tone-unknown': permanent(
    '没有警报音 {name}，最接近的是 {nearest}',
    'there is no tone {name}; the nearest is {nearest}',
  ),
  'config-clip-unknown': permanent(
    '没有录音 {name}，最接近的是 {nearest}',
    'there is no clip {name}; the nearest is {nearest}',
  ),
  'config-plan-unknown': permanent(
    '没有预案 {name}，最接近的是 {nearest}',
    'there is no plan {name}; the nearest is {nearest}',
  ),
  'config-unit-unknown': permanent(
    '线路 {line} 上没有单元 {unit}，最接近的是 {nearest}',
    'line {line} has no unit {unit}; the nearest is {nearest}',
  ),
  'config-reading-unknown': permanent(
    '型号 {model} 没有读数 {name}，最接近的是 {nearest}',
    'model {model} has no reading {name}; the nearest is {nearest}',
  ),
  'config-override-line': permanent(
    '没有可替换的线路 {name}，最接近的是 {nearest}',
    'there is no line {name} to override; the nearest is {nearest}',
  ),

  'config-unit-duplicate': permanent(
    '线路 {line} 上单元地址 {unit} 重复，第一次在第 {first} 行',
    'unit address {unit} appears twice on line {line}, first in line {first} of the file',
  ),
  'config-port-choice': permanent(
    '端口要写 serial 或 tcp，且只写一个',
    'a port needs serial or tcp, and only one of them',
  ),
  'config-port-tcp': permanent('modbus-tcp 线路要写 tcp 端口', 'a modbus-tcp line needs a tcp port'),
  'config-port-number': permanent('端口号 {port} 不在 1–65535', 'the port number {port} is outside 1–65535'),
  'config-port-duplicate': permanent(
    '端口 {port} 已被线路 {line} 使用',
    'the port {port} is used by line {line} already',
  ),
  'config-line-device': permanent(
    'bytes 线路写 device（一台设备），Modbus 线路写 units',
    'a bytes line has a device (one), a Modbus line has units',
  ),
  'config-line-speech': permanent('线路 {line} 上不是语音芯片', 'there is no speech chip on line {line}'),
  'config-line-satellite': permanent('线路 {line} 上不是卫星终端', 'there is no satellite terminal on line {line}'),
  'config-speech-shared': permanent(
    '语音线路 {line} 已被终端 {terminal} 使用：一个芯片一次只说一段话',
    'speech line {line} is used by terminal {terminal} already: one chip says one thing at a time',
  ),
  'config-channel-outside': permanent(
    '型号 {model} 只有 {channels} 路，没有第 {channel} 路',
    'model {model} has {channels} channels, there is no channel {channel}',
  ),
  'config-channel-twice': permanent(
    '线路 {line} 单元 {unit} 第 {channel} 路已被终端 {terminal} 使用',
    'line {line} unit {unit} channel {channel} is used by terminal {terminal} already',
  ),
  'config-model-no-output': permanent(
    '型号 {model} 没有输出，不能带终端',
    'model {model} has no output and cannot drive a terminal',
  ),
  'config-model-no-proof': permanent('型号 {model} 没有取证输入', 'model {model} has no input that proves sound'),
  'config-siren-speech': permanent(
    '警报器不接语音芯片，speech 只用于 speaker',
    'a siren has no speech chip: speech belongs to a speaker',
  ),
  'config-speaker-mute': permanent(
    '喇叭没有语音芯片，型号 {model} 也不能播录音',
    'the speaker has no speech chip, and model {model} plays no clips',
  ),
  'config-group-bit': permanent(
    '型号 {model} 没有群控帧，不能写 groupBit',
    'model {model} has no group frame: groupBit does not belong here',
  ),
  'config-group-bit-twice': permanent(
    '线路 {line} 上群控位 {bit} 重复',
    'group bit {bit} appears twice on line {line}',
  ),
  'config-broadcast-impossible': permanent(
    '线路 {line} 要求群发，但单元 {unit}（{model}）使群发永远不被允许',
    'line {line} requires broadcast, but unit {unit} ({model}) means that the guard never allows it',
  ),
  'config-zone-silent': permanent('分区 {zone} 没有能发声的终端', 'zone {zone} has no terminal that can sound'),
  'config-area-outside': permanent(
    '区划码 {code} 不在本站 {area} 之内',
    'area code {code} is not inside this site ({area})',
  ),
  'config-renew-slow': permanent(
    '续保周期 {renew} 太长：型号 {model} 只保持 {hold}，至少要能续两次',
    'renewing every {renew} is too slow: model {model} holds {hold}, two renewals must fit',
  ),

  'config-lease-long': permanent(
    '一次发声 {found} 超过上限 {most}',
    'one sounding of {found} is longer than the limit {most}',
  ),
  'config-tone-sound': permanent(
    'sound 要么写 pattern（现成声型），要么写 wave（自定波形）和它的参数，不能都写或都不写',
    'sound names either a pattern or a wave with its values, not both and not neither',
  ),
  'config-tone-wave': permanent(
    '波形 {wave} 要写 {needs}（音高 {fewest} 到 {most} 个），不能写别的参数',
    'wave {wave} needs {needs} ({fewest} to {most} pitches) and no other values',
  ),
  'config-speech-engine': permanent(
    '语音引擎 {engine} 需要的键是 {wants}，写了的是 {found}',
    'speech engine {engine} needs the key {wants}, found {found}',
  ),
  'config-speech-plain': permanent(
    '语音服务不在本机时必须用 https，否则别人可以换掉要播的话',
    'a speech server off this machine needs https: anyone on the way could change what is said',
  ),
  'config-cadence-gap': permanent('多次循环的警报音要写 off（间隔）', 'a tone of several cycles needs off (the pause)'),
  'config-air-defence': permanent(
    '警报音 {tone} 是人民防空警报节奏，须由区县在 sounds.airDefence 中明确启用',
    'tone {tone} has an air-defence cadence: only the county enables it, in sounds.airDefence',
  ),
  'config-air-defence-county': permanent(
    '区县代码 {county} 与本站区划码 {area} 不符',
    'county code {county} does not fit the area code of this site, {area}',
  ),
  'config-clip-source': permanent('录音 {clip} 要有 file 或 track', 'clip {clip} needs a file or a track'),
  'config-clip-file': permanent('录音文件 {file} 不存在或不是 WAV', 'the clip file {file} does not exist or is no WAV'),
  'config-clip-duration': permanent(
    '录音 {file} 实长 {actual}，写的是 {found}',
    'the clip {file} lasts {actual}, the file says {found}',
  ),

  'config-item-needs': permanent('play: {play} 要写 {key}', 'play: {play} needs the key {key}'),
  'config-item-extra': permanent('play: {play} 不用 {key}', 'play: {play} has no use for the key {key}'),
  'config-drill-unmarked': permanent('演练中说的话要带“演练”二字', 'words spoken in a drill must say 演练'),
  'config-routine-siren': permanent('日常预案不得使用警报音', 'a routine plan must not use a tone'),
  'config-routine-endless': permanent('日常预案要写 repeats（遍数）', 'a routine plan needs repeats'),
  'config-plan-class': permanent('预案 {plan} 的类别应为 {class}', 'plan {plan} must be of the class {class}'),
  'config-plan-inaudible': permanent(
    '预案 {plan} 在分区 {zone} 一项也播不出来',
    'nothing of plan {plan} can be heard in zone {zone}',
  ),
  'config-notice-quiet': permanent('{at} 在静音时段 {from}–{to} 内', '{at} is inside the quiet hours {from}–{to}'),
  'config-quiet-short': permanent('静音时段至少要包括 {from}–{to}', 'the quiet hours must at least cover {from}–{to}'),
  'config-uplink-plain': permanent('ws:// 只许用于本机，请用 wss://', 'ws:// is for this machine only: use wss://'),
  'config-uplink-unpinned': permanent(
    'wss:// 要用 pin_file 固定对方公钥',
    'wss:// needs pin_file, the pinned key of the centre',
  ),

  'config-page-listen': permanent(
    '{listen} 不是 地址:端口，例如 127.0.0.1:8480',
    '{listen} is no address:port, for instance 127.0.0.1:8480',
  ),
  'config-page-hosts': permanent(
    '监听 {listen} 时必须用 allowedHosts 写明别人用什么名字打开页面',
    'listening on {listen} needs allowedHosts: the names by which the page is opened',
  ),
  'config-warn-page-open': permanent(
    '页面在 {listen} 对网络开放，密码不加密传输；只用在自己的有线内网',
    'the page is open to the network on {listen} and PINs travel in the clear; only on a wired network of your own',
  ),
} as const;
