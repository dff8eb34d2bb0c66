import { permanent, transient } from './entry.ts';

/** Error codes of the room `cli`. */
export const cliErrors = {
  'usage-wrong': permanent('用法不对：{detail}', 'wrong usage: {detail}'),
  'no-such-command': permanent(
    '没有命令 {command}；最接近的是 {nearest}',
    'there is no command {command}; the nearest is {nearest}',
  ),
  'state-folder-unusable': permanent(
    '状态目录 {dir} 不可用：{detail}',
    'the state folder {dir} cannot be used: {detail}',
  ),
  'keys-scope-unsaid': permanent(
    '要写明发送方能管到哪里：--scope 行政区划代码（如 500112），或 --scope all（不限）',
    'say where the sender may give orders: --scope and a division code such as 500112, or --scope all for everywhere',
  ),
  'key-file-exists': permanent('{file} 已存在，不覆盖', '{file} exists already and is not overwritten'),
  'key-file-unreadable': permanent('读不了密钥文件 {file}：{detail}', 'the key file {file} cannot be read: {detail}'),
  'key-fault': permanent(
    '密钥不可用：本机只在本地工作，不接受远程指令',
    'the keys cannot be used: the box works locally only and takes no orders from afar',
  ),
  'senders-file-invalid': permanent(
    '{file} 不是有效的发送方清单：{detail}',
    '{file} is no valid list of senders: {detail}',
  ),
  'already-running': permanent(
    '另一个 mingluo 正在使用 {dir}（进程 {pid}）',
    'another mingluo is using {dir} (process {pid})',
  ),
  'broadcast-never-allowed': permanent(
    '线路 {line} 要求用广播，但没有一个广播帧只动该动的输出',
    'line {line} requires broadcast, but no broadcast frame moves only the outputs that are due',
  ),
  'overrides-invalid': permanent(
    '{file} 不是有效的替换文件：{detail}',
    '{file} is no valid file of overrides: {detail}',
  ),
  'nothing-to-answer': permanent('没有等待叫应的预警', 'no warning waits for an answer'),
  'done-unrecorded': transient(
    '已执行，但尚未写入日志；磁盘恢复后自动补记',
    'done, but not recorded yet; the record follows when the disk works again',
  ),
  unexpected: permanent('意外错误：{detail}', 'an unexpected error: {detail}'),
  'journal-trace-unknown': permanent('日志里没有编号 {trace} 的记录', 'the journal has no record of {trace}'),
  'journal-file-unreadable': permanent(
    '读不了日志文件 {file}：{detail}',
    'the journal file {file} cannot be read: {detail}',
  ),
} as const;
