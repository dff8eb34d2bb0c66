import type { Bilingual, Language } from '../../src/words/bilingual.ts';
import { acts } from './acts.ts';

const serveHelp: Readonly<Record<Language, string>> = {
  zh: `练习中心：模拟上级，只用于练习，密钥在首次启动时生成。

用法
  centre serve [--port 8443] [--dir DIR] [--http 8490] [--start-time workday|2026-11-23T09:00+08:00]
               [--area 500112199] [--box 设备编号=公钥]… [--key-kind ed25519|sm2]
  centre 命令 [参数] [--字段 值]… [--json] [--url http://127.0.0.1:8490]

查看
  receipts [--trace 指令编号] [--box 设备编号]   全部回执
  state                                          设备、指令、异常
  keys                                           设备应登记的公钥
  head [--box 设备编号] [--records N --head 值]  日志见证：此链首是否仍然相符

命令`,
  en: `The practice centre: a county centre for exercises only; its key is made on the first start.

Usage
  centre serve [--port 8443] [--dir DIR] [--http 8490] [--start-time workday|2026-11-23T09:00+08:00]
               [--area 500112199] [--box ID=PUBLICKEY]… [--key-kind ed25519|sm2]
  centre COMMAND [VALUE] [--field VALUE]… [--json] [--url http://127.0.0.1:8490]

Questions
  receipts [--trace ORDER] [--box ID]       all receipts
  state                                     boxes, orders, remarks
  keys                                      the public keys a box must pin
  head [--box ID] [--records N --head HEX]  journal witness: does this head still fit

Commands`,
};

const endings: Readonly<Record<Language, string>> = {
  zh: '退出码：0 成功，1 失败，2 用法错误。“centre 命令 --help”列出字段。',
  en: 'Exit codes: 0 done, 1 failed, 2 wrong usage. "centre COMMAND --help" lists the fields.',
};

/** The whole help, in the reader's language. */
export const helpText = (language: Language): string => {
  const rows = Object.entries(acts).map(([name, act]) => {
    const values = act.positional.map((one) => `[${one}]`).join(' ');
    return `  ${`${name} ${values}`.padEnd(36)} ${act[language]}`;
  });
  return [serveHelp[language], ...rows, '', endings[language]].join('\n');
};

/** The fields of one act; null when there is no such act. */
export const actHelp = (name: string, language: Language): string | null => {
  const act = Object.hasOwn(acts, name) ? acts[name] : undefined;
  if (act === undefined) return null;
  const rows = Object.entries(act.fields).map(([field, what]) => `  --${field.padEnd(16)} ${what}`);
  return [`${name}: ${act[language]}`, ...rows].join('\n');
};

/** Short sentences of the command line. */
export const phrases = {
  listens: { zh: '练习中心已就绪，设备连接地址', en: 'the practice centre is ready; boxes connect to' },
  page: { zh: '网页', en: 'page' },
  folder: { zh: '目录', en: 'folder' },
  key: { zh: '设备须登记的密钥', en: 'the key that a box must pin' },
  usage: { zh: '用法不对', en: 'wrong usage' },
  sentTo: { zh: '已发送至', en: 'sent to' },
  nobody: { zh: '（无设备在线，连接后补发）', en: '(no box is connected; it will be sent then)' },
  cannotStart: { zh: '无法启动', en: 'cannot start' },
} as const satisfies Readonly<Record<string, Bilingual>>;
