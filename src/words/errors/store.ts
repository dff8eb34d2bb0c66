import { permanent, transient } from './entry.ts';

/** Error codes of the room `store`: disk, journal, checkpoint. */
export const storeErrors = {
  'disk-full': transient('磁盘已满：{call} {path}', 'the disk is full: {call} {path}'),
  'disk-failed': transient('磁盘出错（{errno}）：{call} {path}', 'the disk failed ({errno}): {call} {path}'),
  'disk-file-missing': permanent('文件不存在：{path}', 'no such file: {path}'),

  'journal-settings': permanent('日志设置有误：{detail}', 'journal settings are wrong: {detail}'),
  'journal-record-unfit': permanent(
    '内容不能写入日志：{detail}',
    'this content cannot be written to the journal: {detail}',
  ),
  'journal-record-too-large': permanent(
    '日志记录 {bytes} 字节，超过上限 {limit}',
    'a journal record of {bytes} bytes; the limit is {limit}',
  ),
  'journal-overloaded': transient(
    '等待写入日志的记录过多（{waiting} 条）',
    'too many records wait for the journal ({waiting})',
  ),
  'memory-lost': transient(
    '本机的日志或检查点读不出（{why}）：本地启动和停止照常，上级指令一律不执行，恢复后自动重启',
    'the journal or the checkpoint of this box cannot be read ({why}): local alarms and stops work, no remote order is taken, and the box starts anew when it can',
  ),
  'journal-undurable': transient(
    '日志暂时不能落盘（{reason}）；本机继续工作，恢复后自动重试',
    'the journal cannot be made durable now ({reason}); the box works on and tries again by itself',
  ),
  'journal-flush-mended': transient(
    '日志有 {count} 次没能写到盘上（{reason}），已另起一段重写，没有丢失记录；存储卡可能快要坏了，请尽早更换',
    '{count} flushes of the journal failed ({reason}) and were written again in a new segment; no record is lost, but the disk may be failing: replace it soon',
  ),
  'journal-full': transient(
    '日志已达上限 {maxBytes} 字节，且第 {keep} 条起的记录仍须保留',
    'the journal is at its bound of {maxBytes} bytes, and everything from record {keep} on must be kept',
  ),
  'receipts-given-up': permanent(
    '中心长时间不确认，第 {from} 至 {to} 号回执中放弃了 {count} 条',
    'the centre did not acknowledge for too long: {count} receipts, numbers {from} to {to}, were given up',
  ),
  'records-dropped': permanent(
    '磁盘故障期间有 {count} 条记录没能写入日志，已放弃',
    '{count} records could not be written while the disk failed, and were dropped',
  ),
  'journal-closed': permanent('日志已关闭', 'the journal is closed'),
  'journal-missing': permanent(
    '日志文件不见了：{dir}（曾写到第 {expected} 条）；不会当作空日志启动',
    'the journal files of {dir} have vanished (record {expected} was written once); it is not taken for an empty journal',
  ),
  'journal-behind': permanent(
    '日志只到第 {have} 条，而检查点已含第 {expected} 条：末尾被截断或换回了旧盘',
    'the journal ends at record {have}, but the checkpoint holds record {expected}: its tail was cut or an old disk was put back',
  ),
  'journal-rewritten': permanent(
    '日志第 {number} 条与已知的摘要不符：日志被改写',
    'journal record {number} does not have the hash that is known for it: the journal was rewritten',
  ),
  'journal-loss-accepted': permanent(
    '现场已确认日志缺失（{why}），从检查点继续；此前的指令一律不再执行',
    'somebody on site has accepted that the journal is lost ({why}); the box goes on from its checkpoint and takes no order of before',
  ),
  'journal-damaged': permanent(
    '日志第 {first} 至 {last} 条损坏（{segment} 第 {block} 块）；其余记录有效',
    'journal records {first} to {last} are damaged ({segment}, block {block}); all others stand',
  ),
  'journal-records-missing': permanent(
    '日志缺少第 {first} 至 {last} 条（{segment} 之前）',
    'journal records {first} to {last} are missing (before {segment})',
  ),
  'journal-block-worn': permanent(
    '{segment} 第 {block} 块有坏字节，没有记录丢失',
    'block {block} of {segment} holds damaged bytes; no record is lost',
  ),
  'journal-record-edited': permanent(
    '日志第 {number} 条内容与其摘要不符（{segment}）：被改动',
    'journal record {number} does not match its hash ({segment}): it was edited',
  ),
  'journal-chain-broken': permanent(
    '日志第 {number} 条没有接在前一条之后（{segment}）：有记录被改动、插入、调换或删去',
    'journal record {number} does not follow the one before it ({segment}): something was edited, inserted, swapped or cut',
  ),
  'journal-order-broken': permanent(
    '日志第 {number} 条出现在不该出现的位置（{segment}）',
    'journal record {number} stands where it does not belong ({segment})',
  ),
  'journal-body-missing': permanent(
    '日志第 {number} 条的正文 {hash} 不见了',
    'the body {hash} of journal record {number} is missing',
  ),
  'journal-body-damaged': permanent(
    '日志第 {number} 条的正文 {hash} 损坏',
    'the body {hash} of journal record {number} is damaged',
  ),
  'journal-head-forged': permanent(
    '日志头的签名无效（第 {number} 条）',
    'the signature of the journal head is not valid (record {number})',
  ),
  'journal-head-cut': permanent(
    '本机日志到第 {have} 条，而已签名的日志头是第 {number} 条：末尾被截断或换回了旧盘',
    'this journal ends at record {have}, but the signed head is record {number}: its tail was cut or an old disk was put back',
  ),
  'journal-head-too-old': permanent(
    '已签名的日志头（第 {number} 条）早于本机保留的第一条（第 {first} 条），无法比较',
    'the signed head (record {number}) is older than the first record kept here ({first}); they cannot be compared',
  ),
  'journal-export-line': permanent(
    '导出文件第 {line} 行不是日志记录：{detail}',
    'line {line} of the export is not a journal record: {detail}',
  ),

  'checkpoint-too-large': permanent(
    '检查点 {bytes} 字节，超过上限 {limit}；旧检查点保留',
    'the checkpoint takes {bytes} bytes; the limit is {limit}. The old one is kept',
  ),
  'checkpoint-unfit': permanent(
    '内容不能写入检查点：{detail}',
    'this content cannot be written to the checkpoint: {detail}',
  ),
  'checkpoint-generation-damaged': permanent(
    '检查点文件 {file} 损坏（{detail}）',
    'the checkpoint file {file} is damaged ({detail})',
  ),
  'checkpoint-generation-missing': permanent('检查点文件 {file} 不见了', 'the checkpoint file {file} has vanished'),
  'checkpoint-schema-newer': permanent(
    '检查点文件 {file} 由更新的版本写成（格式 {found}，本机 {known}）',
    'the checkpoint file {file} was written by a newer version (schema {found}, known here: {known})',
  ),
  'checkpoint-damaged': permanent(
    '两代检查点都不能用：{detail}',
    'neither generation of the checkpoint can be used: {detail}',
  ),
  'checkpoint-missing': permanent(
    '日志还在，检查点却不见了：{dir}',
    'the journal is there, but the checkpoint of {dir} has vanished',
  ),
  'checkpoint-outdated': permanent(
    '检查点只到第 {record} 条，日志从第 {first} 条才开始：换回了旧检查点，其间的记录已不在；此前的指令一律不再执行',
    'the checkpoint ends at record {record}, and the journal begins at record {first}: an old checkpoint was put back, and what was recorded in between is gone. No order of before is taken',
  ),
} as const;
