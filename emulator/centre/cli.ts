import { readFile } from 'node:fs/promises';
import { languageOf, type Language } from '../../src/words/bilingual.ts';
import { ok } from '../../src/words/failure.ts';
import { acts } from './acts.ts';
import { readArguments, type Arguments } from './cli-arguments.ts';
import { orderLine, receiptLine, stateLines } from './cli-say.ts';
import { actHelp, helpText, phrases } from './cli-words.ts';
import { centreFailed, explainCentre, type CentreFailure, type CentreResult } from './codes.ts';
import type { OrderFacts } from './orders.ts';
import type { StoredReceipt } from './receipt.ts';
import type { CentreView } from './view.ts';

/** 0 done, 1 failed, 2 wrong usage. */
export type ExitCode = 0 | 1 | 2;

/** What the command line needs of the process around it. */
export interface CliPorts {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  /** Runs a centre until it is told to end. */
  readonly serve: (options: Arguments, language: Language) => Promise<ExitCode>;
}

const defaultUrl = 'http://127.0.0.1:8490';
const questions = new Set(['receipts', 'state', 'keys', 'head']);
/** Failures that lie in what was typed. */
const usageCodes = new Set(['centre-input-field', 'centre-input-unknown', 'centre-input-act']);

type Fields = Readonly<Record<string, string>>;
type Reply = { readonly ok: true; readonly value: unknown } | ({ readonly ok: false } & CentreFailure);

const askFor = async (url: URL, request: RequestInit): Promise<CentreResult<unknown>> => {
  try {
    const response = await fetch(url, request);
    const reply = (await response.json()) as Reply;
    return reply.ok ? reply : centreFailed(reply.code, reply.detail, reply.field);
  } catch (error) {
    return centreFailed('centre-unreachable', error instanceof Error ? error.message : '', url.origin);
  }
};

const ask = (url: URL, fields: Fields): Promise<CentreResult<unknown>> =>
  askFor(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(fields) });

/** Bare words get the names that the act gives them; null when there are too many. */
const fieldsOf = (name: string, { words, options }: Arguments): Fields | null => {
  const positional = acts[name]?.positional ?? [];
  const bare = words.slice(1);
  if (bare.length > positional.length) return null;
  const named = [...options]
    .filter(([option]) => option !== 'url')
    .map(([option, values]) => [option, values.join(',')]);
  return Object.fromEntries([...bare.map((value, index) => [positional[index], value]), ...named]) as Fields;
};

const humanLines = (name: string, value: unknown, language: Language): readonly string[] => {
  if (name === 'receipts') return (value as readonly StoredReceipt[]).map((one) => receiptLine(one, language));
  if (name === 'state') return stateLines(value as CentreView, language);
  if (typeof value === 'object' && value !== null && 'sentTo' in value)
    return [orderLine(value as OrderFacts & { readonly sentTo: readonly string[] }, language)];
  return [JSON.stringify(value, null, 2)];
};

/** A recording is named by a file on the command line and by its hash to the centre: it is handed over first. */
const handOver = async (url: string, fields: Fields): Promise<CentreResult<Fields>> => {
  const { audio } = fields;
  if (audio === undefined || /^[0-9a-f]{64}$/.test(audio)) return ok(fields);
  const bytes = await readFile(audio).catch(() => null);
  if (bytes === null) return centreFailed('centre-audio-missing', audio, 'audio');
  const kept = await askFor(new URL('/api/audio', url), { method: 'POST', body: bytes });
  if (!kept.ok) return kept;
  const { sha256 } = kept.value as { readonly sha256: string };
  return ok({ ...fields, audio: sha256 });
};

const command = async (typed: Arguments, language: Language, ports: CliPorts): Promise<ExitCode> => {
  const name = typed.words[0] ?? '';
  const isQuestion = questions.has(name);
  const fields = fieldsOf(name, typed);
  const url = typed.options.get('url')?.[0] ?? defaultUrl;
  if ((!isQuestion && !Object.hasOwn(acts, name)) || fields === null || !URL.canParse(url)) {
    ports.err(`${phrases.usage[language]}: ${typed.words.join(' ')}`);
    ports.err(helpText(language));
    return 2;
  }
  const target = new URL(isQuestion ? `/api/${name}` : `/api/acts/${name}`, url);
  if (isQuestion) target.search = new URLSearchParams(fields).toString();
  const given = isQuestion ? ok(fields) : await handOver(url, fields);
  const result = !given.ok ? given : isQuestion ? await askFor(target, {}) : await ask(target, given.value);
  if (!result.ok) {
    const { failure } = result;
    ports.err(typed.flags.has('json') ? JSON.stringify({ ok: false, ...failure }) : explainCentre(failure)[language]);
    return usageCodes.has(failure.code) ? 2 : 1;
  }
  const lines = typed.flags.has('json') ? [JSON.stringify(result.value)] : humanLines(name, result.value, language);
  lines.forEach((line) => ports.out(line));
  return 0;
};

/** The command line of the practice centre. Never throws for what was typed. */
export const runCli = async (args: readonly string[], ports: CliPorts): Promise<ExitCode> => {
  const language = languageOf(ports.environment);
  const typed = readArguments(args);
  const name = typed?.words[0] ?? '';
  if (typed === null || name === '') {
    const wanted = typed?.flags.has('help') === true || typed?.flags.has('h') === true;
    (wanted ? ports.out : ports.err)(helpText(language));
    return wanted ? 0 : 2;
  }
  if (typed.flags.has('help') || typed.flags.has('h')) {
    ports.out(actHelp(name, language) ?? helpText(language));
    return 0;
  }
  return name === 'serve' ? ports.serve(typed, language) : command(typed, language, ports);
};
