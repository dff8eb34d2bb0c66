import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Language } from '../../src/words/bilingual.ts';
import { parseStartTime } from './beijing-time.ts';
import { keyKinds } from './centre-keys.ts';
import { createCentre, type CentreOptions } from './centre.ts';
import { receiptLine } from './cli-say.ts';
import type { Arguments } from './cli-arguments.ts';
import type { CliPorts, ExitCode } from './cli.ts';
import { phrases } from './cli-words.ts';
import { servePage } from './http.ts';

const known = new Set(['port', 'dir', 'http', 'start-time', 'area', 'box', 'key-kind']);

const portOf = (text: string | undefined, standard: number): number | null => {
  const port = text === undefined ? standard : Number(text);
  return Number.isInteger(port) && port >= 0 && port <= 65_535 ? port : null;
};

interface Settings {
  readonly centre: CentreOptions;
  readonly httpPort: number;
}

const boxesOf = (typed: readonly string[]): CentreOptions['boxes'] | null => {
  const boxes = typed.map((text) => /^([!-<>-~]{1,64})=([A-Za-z0-9+/]{43}=)$/.exec(text));
  if (boxes.includes(null)) return null;
  return boxes.map((match) => ({ id: match?.[1] ?? '', publicKey: match?.[2] ?? '' }));
};

/** The settings that were typed, or the name of the option that is wrong. */
const settingsOf = ({ options, words }: Arguments): Settings | string => {
  const one = (name: string): string | undefined => options.get(name)?.at(-1);
  const strange = [...options.keys()].find((name) => !known.has(name)) ?? words[1];
  if (strange !== undefined) return strange;
  const [port, httpPort] = [portOf(one('port'), 8443), portOf(one('http'), 8490)];
  if (port === null || httpPort === null) return port === null ? 'port' : 'http';
  const start = one('start-time');
  const startWallMs = start === undefined ? Date.now() : parseStartTime(start, Date.now());
  if (startWallMs === null) return 'start-time';
  const area = one('area');
  if (area !== undefined && !/^(\d{2}|\d{4}|\d{6}|\d{9}|\d{12})$/.test(area)) return 'area';
  const boxes = boxesOf(options.get('box') ?? []);
  if (boxes === null || boxes === undefined) return 'box';
  const keyKind = keyKinds.find((kind) => kind === (one('key-kind') ?? 'ed25519'));
  if (keyKind === undefined) return 'key-kind';
  const dir = one('dir') ?? join(tmpdir(), `mingluo-centre-${process.pid}`);
  return { centre: { port, dir, startWallMs, boxes, keyKind, ...(area === undefined ? {} : { area }) }, httpPort };
};

const ended = (): Promise<void> =>
  new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });

/** Runs a centre with its page until SIGINT or SIGTERM; prints every receipt as it comes. */
export const serve = async (
  typed: Arguments,
  language: Language,
  { out, err }: Pick<CliPorts, 'out' | 'err'>,
): Promise<ExitCode> => {
  const settings = settingsOf(typed);
  if (typeof settings === 'string') {
    err(`${phrases.usage[language]}: ${settings}`);
    return 2;
  }
  const json = typed.flags.has('json');
  try {
    const centre = await createCentre(settings.centre);
    const page = await servePage(centre, settings.httpPort).catch(async (error: unknown) => {
      await centre.close();
      throw error;
    });
    const facts = { url: centre.url, page: page.url, dir: settings.centre.dir, keys: centre.keys };
    if (json) out(JSON.stringify(facts));
    else {
      out(`${phrases.listens[language]} ${facts.url}`);
      out(`${phrases.page[language]} ${facts.page}`);
      out(`${phrases.folder[language]} ${facts.dir}`);
      for (const key of facts.keys) out(`${phrases.key[language]} ${JSON.stringify(key)}`);
    }
    centre.onReceipt((receipt) => out(json ? JSON.stringify(receipt) : receiptLine(receipt, language)));
    await ended();
    await page.close();
    await centre.close();
    return 0;
  } catch (error) {
    err(`${phrases.cannotStart[language]}: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
};
