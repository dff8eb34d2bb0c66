import { failed, ok, type Result } from '../words/failure.ts';

/** Where the centre is, checked once at start. `pins` are SHA-256 digests of the server's SPKI, base64. */
export interface UplinkAddress {
  readonly url: URL;
  readonly secure: boolean;
  readonly pins: readonly string[];
}

const pinForm = /^sha256\/([A-Za-z0-9+/]{43}=)$/;
const loopback = /^(?:127(?:\.[0-9]{1,3}){3}|localhost|\[::1\])$/;

const urlOf = (text: string): URL | null => (URL.canParse(text) ? new URL(text) : null);

/**
 * Checks address and pins: `ws` only to this machine, `wss` only with a pinned key. Names and dates of certificates are
 * not asked, because a box may not know the date; the pinned key is.
 *
 * @param pins `sha256/` + base64 each; two allow a change of key
 * @returns the address, or `uplink-url`, `uplink-insecure`, `uplink-pin-missing`, `uplink-pin-unreadable`
 */
export const readAddress = (text: string, pins: readonly string[]): Result<UplinkAddress> => {
  const url = urlOf(text);
  const secure = url?.protocol === 'wss:';
  if (url === null || (!secure && url.protocol !== 'ws:') || url.hash !== '' || url.username !== '') {
    return failed('uplink-url', { url: text });
  }
  if (!secure && !loopback.test(url.hostname)) return failed('uplink-insecure', { url: text });
  if (secure && pins.length === 0) return failed('uplink-pin-missing', { url: text });
  const digests: string[] = [];
  for (const pin of pins) {
    const digest = pinForm.exec(pin)?.[1];
    if (digest === undefined) return failed('uplink-pin-unreadable', { pin });
    digests.push(digest);
  }
  return ok({ url, secure, pins: digests });
};
