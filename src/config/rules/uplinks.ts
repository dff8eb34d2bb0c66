import type { Failure } from '../../words/failure.ts';
import { faultAt, type Rule } from '../draft.ts';
import { lineOf } from '../units.ts';

const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

const hostOf = (url: string): { readonly host: string; readonly secret: boolean } | null => {
  if (!URL.canParse(url)) return null;
  const { hostname, username, password } = new URL(url);
  return { host: hostname, secret: username !== '' || password !== '' };
};

/** Off the own machine a link is encrypted and its other end pinned; no password stands in an address. */
export const uplinksAreGuarded: Rule = ({ site }) => {
  const { websocket } = site.value.uplinks ?? {};
  if (websocket === undefined) return [];
  const path = ['uplinks', 'websocket', 'url'];
  const parsed = hostOf(websocket.url);
  if (parsed === null)
    return faultAt(site, path, 'config-form', { found: 'url', example: 'wss://centre.example.cn/box' });
  if (parsed.secret) return faultAt(site, path, 'config-secret-inline', { key: 'url' });
  if (loopback.test(parsed.host)) return [];
  if (websocket.url.startsWith('ws:')) return faultAt(site, path, 'config-uplink-plain', {});
  return websocket.pin_file === undefined ? faultAt(site, path, 'config-uplink-unpinned', {}) : [];
};

/** The satellite link stands on a line whose device is a satellite terminal. */
export const satelliteIsThere: Rule = ({ site, catalogue }) => {
  const { satellite } = site.value.uplinks ?? {};
  const line = satellite === undefined ? null : lineOf(site.value, satellite.line);
  if (line === null) return [];
  const device = catalogue.frames.get(line.device ?? '');
  // A line of bytes without a known device is reported for that already.
  if (device?.kind === 'satellite' || (device === undefined && line.speaks === 'bytes')) return [];
  return faultAt(site, ['uplinks', 'satellite', 'line'], 'config-line-satellite', { line: line.id });
};

/** A path, not the key itself: 32 or 64 bytes in base64 or hex have no business in a file that people pass around. */
const looksLikeKey = (text: string): boolean =>
  /^[A-Za-z0-9+/]{43}=$|^[A-Za-z0-9+/]{86}==$|^(0x)?([0-9a-fA-F]{64}|[0-9a-fA-F]{128})$/.test(text);

export const secretsAreElsewhere: Rule = ({ site, people }) => {
  const { keys, uplinks, outputs = [] } = site.value;
  const own = [
    ...outputs.map(({ key_file: text }, index) => ({ key: 'key_file', text, path: ['outputs', index, 'key_file'] })),
    { key: 'box_file', text: keys.box_file, path: ['keys', 'box_file'] },
    { key: 'senders_file', text: keys.senders_file, path: ['keys', 'senders_file'] },
    { key: 'pin_file', text: uplinks?.websocket?.pin_file, path: ['uplinks', 'websocket', 'pin_file'] },
    { key: 'key_file', text: uplinks?.satellite?.key_file, path: ['uplinks', 'satellite', 'key_file'] },
  ].flatMap(({ key, text, path }): readonly Failure[] =>
    text !== undefined && looksLikeKey(text) ? faultAt(site, path, 'config-secret-inline', { key }) : [],
  );
  const pins = (people?.value.staff ?? []).flatMap(({ pin_file: pin }, index) =>
    people !== null && pin !== undefined && (looksLikeKey(pin) || /^\d{4,10}$/.test(pin))
      ? faultAt(people, ['staff', index, 'pin_file'], 'config-secret-inline', { key: 'pin_file' })
      : [],
  );
  return [...own, ...pins];
};
