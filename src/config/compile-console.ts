import { consoleDefaults } from './defaults.ts';
import type { Draft } from './draft.ts';
import { inFolder } from './file-port.ts';

/** An address to listen on. */
export interface Listen {
  readonly host: string;
  readonly port: number;
}

export interface PageSettings {
  readonly listen: Listen;
  /** Names, beside those of the machine itself, by which the page may be asked for. */
  readonly allowedHosts: readonly string[];
}

/** `127.0.0.1:8480`, `[::1]:8480` or `0.0.0.0:8480` as its parts; null for anything else. */
export const parseListen = (text: string): Listen | null => {
  const [, host, port] = /^(\[[0-9a-fA-F:.]{2,45}\]|[^\s:/@[\]]{1,200}):(\d{1,5})$/.exec(text) ?? [];
  if (host === undefined || port === undefined || Number(port) > 65_535) return null;
  return { host, port: Number(port) };
};

/** Where the page listens; null where the site has none. `listen`: another address for this run. */
export const compileConsole = ({ site }: Draft, listen?: string): PageSettings | null => {
  const { console: file } = site.value;
  const address = parseListen(listen ?? file?.listen ?? consoleDefaults.listen);
  if (address === null || (file === undefined && listen === undefined)) return null;
  return { listen: address, allowedHosts: file?.allowedHosts ?? consoleDefaults.allowedHosts };
};

/** The PIN file of each person who has one, ready to open. `pins`: other files for this run. */
export const compilePins = (
  { people }: Draft,
  dir: string,
  pins: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    (people?.value.staff ?? []).flatMap(({ id, pin_file: file }): [string, string][] => {
      const chosen = pins[id] ?? file;
      return chosen === undefined ? [] : [[id, inFolder(dir, chosen)]];
    }),
  );
