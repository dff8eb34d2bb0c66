import { fill, type Bilingual } from '../src/words/bilingual.ts';

/** What the emulated village can refuse. Its own table: no code of it ever leaves the village. */
export const emulatorProblems = {
  'emulator-fault-malformed': {
    zh: '故障“{text}”写法不对，应为 目标=故障 或 目标=故障:数值，例如 heba-siren-2=silent、sirens=noise:0.1',
    en: 'fault “{text}” is malformed; write target=fault or target=fault:value, e.g. heba-siren-2=silent, sirens=noise:0.1',
  },
  'emulator-fault-unknown': {
    zh: '没有叫“{fault}”的故障；有 {known}',
    en: 'there is no fault “{fault}”; there are {known}',
  },
  'emulator-target-unknown': {
    zh: '没有叫“{target}”的终端、线路或 线路/站号',
    en: 'there is no terminal, line or line/unit “{target}”',
  },
  'emulator-target-unfit': {
    zh: '故障“{fault}”不能加在“{target}”上；它属于 {fits}',
    en: 'fault “{fault}” does not fit “{target}”; it belongs to a {fits}',
  },
  'emulator-value-wrong': {
    zh: '“{fault}”的数值“{value}”不对，应为 {from} 到 {to}',
    en: 'value “{value}” of “{fault}” is wrong; it must be {from} to {to}',
  },
  'emulator-variant-malformed': {
    zh: '变体“{text}”写法不对，应为 目标=extends|ignored|chops、目标=off-cancels|off-ignored 或 目标=acts|ignores',
    en: 'variant “{text}” is malformed; write target=extends|ignored|chops, target=off-cancels|off-ignored or target=acts|ignores',
  },
  'emulator-body-malformed': {
    zh: '请求内容不是所要的 JSON：{expected}',
    en: 'the request body is not the JSON that is wanted: {expected}',
  },
  'emulator-body-too-long': {
    zh: '请求内容超过 {max} 字节',
    en: 'the request body is longer than {max} bytes',
  },
  'emulator-no-such-page': {
    zh: '没有 {method} {path}',
    en: 'there is no {method} {path}',
  },
  'emulator-no-satellite': {
    zh: '这个村里没有卫星终端',
    en: 'this village has no satellite terminal',
  },
  'emulator-model-unknown': {
    zh: '线路 {line} 上的型号“{model}”不在目录里',
    en: 'model “{model}” on line {line} is not in the catalogue',
  },
  'emulator-argument-wrong': {
    zh: '参数不对：{detail}',
    en: 'wrong argument: {detail}',
  },
  'emulator-no-pty': {
    zh: '打不开伪终端，线路只能用 TCP 连接',
    en: 'no pseudo-terminal can be opened; lines are reachable by TCP only',
  },
  'emulator-no-speech': {
    zh: '没有语音合成包（可选依赖），讲话用整形噪声代替',
    en: 'the speech package (an optional dependency) is missing; speech is replaced by shaped noise',
  },
} as const satisfies Readonly<Record<string, Bilingual>>;

export type EmulatorProblemCode = keyof typeof emulatorProblems;

/** A named refusal with the values its text needs. */
export interface EmulatorProblem {
  readonly code: EmulatorProblemCode;
  readonly params: Readonly<Record<string, string | number>>;
}

export type Checked<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: EmulatorProblem };

export const accepted = <T>(value: T): Checked<T> => ({ ok: true, value });

export const refused = (code: EmulatorProblemCode, params: EmulatorProblem['params'] = {}): Checked<never> => ({
  ok: false,
  problem: { code, params },
});

/** The refusal as a person reads it, in both languages. */
export const explainProblem = ({ code, params }: EmulatorProblem): Bilingual => ({
  zh: `${fill(emulatorProblems[code].zh, params)} [${code}]`,
  en: `${fill(emulatorProblems[code].en, params)} [${code}]`,
});
