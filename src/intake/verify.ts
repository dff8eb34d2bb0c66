import { failed, ok, type Result } from '../words/failure.ts';
import type { KeyRing, PinnedKey } from './keys.ts';

/** Raw bytes as they came, with the key id and the signature that came beside them. */
export interface SignedBytes {
  readonly raw: Uint8Array;
  readonly key: string;
  /** 64 bytes. */
  readonly signature: Uint8Array;
}

/** What a signature is judged by. `real`: the box has a line that is not emulated. */
export interface Trust {
  readonly ring: KeyRing;
  readonly real: boolean;
}

/** A key made for practice is refused before its signature costs anything. */
export const usable = (pinned: PinnedKey, trust: Trust): Result<PinnedKey> =>
  pinned.sender.practice && trust.real ? failed('envelope-key-practice', { key: pinned.sender.id }) : ok(pinned);

/**
 * Verifies before anything is parsed: length, framing, pinned key, signature over the raw bytes.
 *
 * @param maxBytes longest raw bytes accepted
 * @returns the pinned key that signed, or `envelope-too-long`, `envelope-framing`, `envelope-key-unknown`,
 *   `envelope-key-practice`, `envelope-signature-wrong`
 */
export const verifySigned = (signed: SignedBytes, trust: Trust, maxBytes: number): Result<PinnedKey> => {
  const { raw, key, signature } = signed;
  if (raw.length > maxBytes) return failed('envelope-too-long', { bytes: raw.length, max: maxBytes });
  if (signature.length !== 64) {
    return failed('envelope-framing', { detail: `${signature.length} bytes of signature` }, { field: 'signature' });
  }
  const pinned = trust.ring.get(key);
  if (pinned === undefined) return failed('envelope-key-unknown', { key: key.slice(0, 64) }, { field: 'key' });
  const allowed = usable(pinned, trust);
  if (!allowed.ok) return allowed;
  return pinned.holds(raw, signature) ? ok(pinned) : failed('envelope-signature-wrong', { key });
};

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The UTF-8 text of verified bytes; a byte order mark or a broken sequence is refused. */
export const textOf = (raw: Uint8Array): Result<string> => {
  try {
    return ok(utf8.decode(raw));
  } catch {
    return failed('envelope-not-utf8');
  }
};
