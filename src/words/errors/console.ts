import { permanent, transient } from './entry.ts';

/** Error codes of the room `console`: what a person asks of the running box. */
export const consoleErrors = {
  'control-not-json': permanent('请求不是一行 JSON', 'the request is not one line of JSON'),
  'control-request-invalid': permanent('请求有误：{detail}', 'the request is wrong: {detail}'),
  'control-too-long': permanent('请求超过 {max} 字节', 'the request is longer than {max} bytes'),
  'control-open-again': transient(
    '控制口又打开了（{path}）：可以用命令查询和停止了',
    'the control socket is open again ({path}): commands can ask and stop once more',
  ),
  'control-unreachable': transient(
    '连不上运行中的 mingluo（{path}）：{detail}',
    'cannot reach the running mingluo ({path}): {detail}',
  ),
  'control-nobody': transient(
    '没有 mingluo 在 {path} 应答：本机程序在运行吗？它的状态目录若在别处，用 --state 目录 指明',
    'no mingluo answers at {path}: is the box running? If its state folder is another, name it with --state DIR',
  ),
  'control-busy': transient(
    '控制口太挤（最多 {most} 个连接），有连接被请出；本机可能有脚本在不停连接',
    'the control socket is crowded ({most} connections at most) and somebody was shown out; a script on this box may connect without end',
  ),
  'control-path-too-long': permanent(
    '控制套接字路径 {path} 有 {bytes} 字节，最长 {max}；请用较短的状态目录',
    'the path of the control socket {path} takes {bytes} bytes, {max} at most; use a shorter state folder',
  ),
  'control-internal': transient('请求处理出错：{detail}', 'the request could not be worked on: {detail}'),
} as const;
