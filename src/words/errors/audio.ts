import { permanent, transient, type ErrorEntry } from './entry.ts';

/** Sound: synthesis, decoding, players and outputs. */
export const audioErrors = {
  'audio-internal': transient('声音内部错误：{detail}', 'Sound: internal error: {detail}'),
  'audio-format': permanent(
    '不能播放的文件：不是 WAV、MP3 或 Ogg Opus（看起来是 {found}）',
    'Not a sound file that can be played: neither WAV, MP3 nor Ogg Opus (it looks like {found})',
  ),
  'audio-empty': permanent('音频里没有声音', 'The audio holds no sound'),
  'audio-broken': permanent('{format} 音频损坏：{why}', 'The {format} audio is broken: {why}'),
  'audio-truncated': permanent(
    '音频不完整：文件头说有 {promised} 字节，实际只有 {found} 字节',
    'The audio is cut off: its header promises {promised} bytes, {found} are there',
  ),
  'audio-encoding': permanent(
    'WAV 编码 {encoding}（{bits} 位）不支持；请用 PCM 8、16、24、32 位或浮点',
    'WAV encoding {encoding} with {bits} bits is not supported; use PCM 8, 16, 24, 32 bit or float',
  ),
  'audio-channels': permanent(
    '声道数 {channels} 不支持；只能是 1 或 2',
    '{channels} channels are not supported; 1 or 2 are',
  ),
  'audio-rate': permanent(
    '采样率 {rate} 不支持；只能是 8000 到 48000',
    'A sample rate of {rate} is not supported; 8000 to 48000 are',
  ),
  'audio-large': permanent(
    '音频文件 {bytes} 字节，超过上限 {most}',
    'The audio file has {bytes} bytes; at most {most}',
  ),
  'audio-unreadable': permanent('读不到音频文件 {file}：{why}', 'Cannot read the audio file {file}: {why}'),
  'audio-duration': permanent(
    '音频长 {found} 毫秒，说好的是 {expected} 毫秒：文件可能被截断或弄错',
    'The audio lasts {found} ms where {expected} ms were announced: cut off, or another file',
  ),
  'audio-text': permanent('没有可读的文字，或超过 {most} 个字', 'No text to speak, or more than {most} characters'),
  'audio-pattern': permanent('没有名为 {pattern} 的警报音', 'There is no tone pattern named {pattern}'),
  'audio-no-engine': transient('没有内置语音引擎：{detail}', 'The built-in speech engine is missing: {detail}'),
  'audio-engine': transient('语音引擎 {engine} 出错：{why}', 'The speech engine {engine} failed: {why}'),
  'audio-slow': transient(
    '声音子进程 {helper} 超过 {ms} 毫秒，已结束',
    'The sound helper {helper} took more than {ms} ms and was ended',
  ),
  'audio-memory': transient(
    '声音子进程 {helper} 占用 {megabytes} MB 内存，已结束',
    'The sound helper {helper} held {megabytes} MB of memory and was ended',
  ),
  'audio-died': transient('声音子进程 {helper} 意外退出', 'The sound helper {helper} died'),
  'audio-stopped': transient('声音制作已停止', 'The making of sound was stopped'),
  'audio-cache': transient('声音缓存写不进去：{why}', 'The sound cache cannot be written: {why}'),
  'audio-player': transient(
    '声音输出 {output} 的播放程序 {player} 不能用：{why}',
    'The player {player} of the sound output {output} does not work: {why}',
  ),
  'audio-loudspeaker': transient(
    '连不上声音输出 {output} 的网络喇叭：{why}',
    'The network loudspeaker of the sound output {output} cannot be reached: {why}',
  ),
  'audio-output-key': permanent(
    '网络喇叭的密钥文件 {file} 不能用：{why}',
    'The key file {file} of a network loudspeaker cannot be used: {why}',
  ),
  'audio-nothing': permanent('没有可播的内容', 'There is nothing to play'),
  'audio-instead': transient(
    '声音输出 {output} 播的是代用的声音：{why}',
    'The sound output {output} plays something in place of what was asked for: {why}',
  ),
  'audio-output-unknown': permanent('没有声音输出 {output}', 'There is no sound output {output}'),
  'audio-child': transient(
    '声音进程没有运行，正在重新启动',
    'The sound process does not run; it is being started again',
  ),
} as const satisfies Record<string, ErrorEntry>;
