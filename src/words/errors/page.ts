import { permanent, transient, type ErrorEntry } from './entry.ts';

/** The local page: HTTP, sessions, PINs. */
export const pageErrors = {
  'page-internal': transient('页面内部错误：{detail}', 'the page had an internal error: {detail}'),
  'page-not-found': permanent('没有这个页面', 'there is no such page'),
  'page-request-invalid': permanent('请求有误：{detail}', 'the request is wrong: {detail}'),
  'page-too-large': permanent('请求太大', 'the request is too large'),
  'page-host-refused': permanent(
    '不认识这个地址；请用站上给出的网址打开',
    'this address is not known; open the page by the address given on site',
  ),
  'page-origin-refused': permanent('请求不是从本站页面发出的', 'the request does not come from the page of this box'),
  'page-token-refused': permanent('页面已过期，请刷新', 'the page is out of date; reload it'),
  'page-locked': permanent('请先输入密码', 'enter your PIN first'),
  'page-role-refused': permanent('只有安装人员能看', 'for technicians only'),
  'page-drill-names': permanent(
    '演练超过一个分区，要写出村名：{names}',
    'a drill for more than one zone needs the names of the others typed: {names}',
  ),
  'page-pin-wrong': permanent('密码不对', 'the PIN is wrong'),
  'page-pin-wait': transient('试错太多，请等 {seconds} 秒', 'too many wrong tries: wait {seconds} s'),
  'page-pin-guessing': transient('有人多次试错密码', 'somebody is guessing PINs'),
  'page-busy': transient('正忙，请稍后再试', 'busy; try again in a moment'),
  'page-box-away': transient('本机程序没有应答', 'the box itself does not answer'),
  'page-down': transient(
    '页面进程停了（{detail}），正在重启',
    'the page process ended ({detail}); it is started again',
  ),
  'page-listen-failed': transient('页面地址 {listen} 打不开：{detail}', 'the page cannot listen on {listen}: {detail}'),
  'pin-form': permanent('密码是 6 位数字', 'a PIN has six digits'),
  'pin-weak': permanent('这个密码太好猜，请换一个', 'this PIN is too easy to guess; choose another'),
  'pin-file-invalid': permanent(
    '{file} 不是密码文件；用 mingluo pin set 重设',
    '{file} is no PIN file; set it again with mingluo pin set',
  ),
  'pin-file-unreadable': permanent('读不了密码文件 {file}：{detail}', 'the PIN file {file} cannot be read: {detail}'),
  'pin-no-person': permanent(
    'people.yaml 里没有可设密码的 {person}；有：{known}',
    'people.yaml has nobody {person} who may have a PIN; it has: {known}',
  ),
} as const satisfies Record<string, ErrorEntry>;
