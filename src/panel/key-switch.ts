/**
 * The key switch is two contacts of one key: `open` is open while the key is off, `closed` is closed while it is off. Only
 * one closed and the other open is a position; both alike is a cut or shorted wire, never a trigger.
 */
export interface Contacts {
  /** Is the normally open contact closed? Null before the first report. */
  readonly open: boolean | null;
  readonly closed: boolean | null;
}

export type KeyPosition = 'unknown' | 'off' | 'on' | 'fault';

export interface KeyState {
  readonly contacts: Contacts;
  /** When a contact last moved, or the wire was last disturbed. */
  readonly since: number;
  /** The position that was judged last. */
  readonly judged: KeyPosition;
  /** The key was seen off since the board was attached, or since its last turn. */
  readonly armed: boolean;
  readonly turnedAt: number | null;
}

export const stableMs = 300;
/** A key on its way from one position to the other has both contacts open: slower than this is a fault. */
export const faultAfterMs = 1_000;
/** Two starts by the same key are at least this far apart. */
export const againAfterMs = 1_000;

export const newKey = (at: number): KeyState => ({
  contacts: { open: null, closed: null },
  since: at,
  judged: 'unknown',
  armed: false,
  turnedAt: null,
});

export const positionOf = ({ open, closed }: Contacts): KeyPosition => {
  if (open === null || closed === null) return 'unknown';
  if (open === closed) return 'fault';
  return open ? 'on' : 'off';
};

/** A report of one contact; the same value again changes nothing. */
export const contactSeen = (state: KeyState, contact: keyof Contacts, isClosed: boolean, at: number): KeyState =>
  state.contacts[contact] === isClosed
    ? state
    : { ...state, contacts: { ...state.contacts, [contact]: isClosed }, since: at };

/** Noise on the wire: whatever is being judged must hold still once more. */
export const keyDisturbed = (state: KeyState, at: number): KeyState => ({ ...state, since: at });

const holdMs = (position: KeyPosition): number => (position === 'fault' ? faultAfterMs : stableMs);

/** When this key is to be judged, given that nothing moves; null where nothing is to be judged. */
export const keyDueAt = (state: KeyState): number | null => {
  const position = positionOf(state.contacts);
  return position === 'unknown' || position === state.judged ? null : state.since + holdMs(position);
};

/** What the key has come to, and what is to be done about it. `confirm`: ask the board before it is believed. */
export interface Judgement {
  readonly state: KeyState;
  readonly act: 'none' | 'confirm' | 'fault' | 'off';
}

/** Judges a key that has held still for long enough. On is never believed here: it has to be confirmed. */
export const judgeKey = (state: KeyState, at: number): Judgement => {
  const due = keyDueAt(state);
  if (due === null || at < due) return { state, act: 'none' };
  const position = positionOf(state.contacts);
  if (position === 'on') return { state, act: 'confirm' };
  if (position === 'off') return { state: { ...state, judged: 'off', armed: true }, act: 'off' };
  // A damaged wire may look like a turned key later on: the key has to be seen off first.
  return { state: { ...state, judged: 'fault', armed: false }, act: 'fault' };
};

/**
 * The board's own word on a key that is on, asked at `askedAt`. Turned only if it agrees, nothing moved meanwhile, and the
 * key was seen off before: one that is on when the board is attached starts nothing (`left-on`).
 */
export const keyConfirmed = (
  state: KeyState,
  agrees: boolean,
  { askedAt, at }: { readonly askedAt: number; readonly at: number },
): { readonly state: KeyState; readonly act: 'none' | 'turned' | 'left-on' } => {
  const held = positionOf(state.contacts) === 'on' && state.since <= askedAt;
  if (!agrees || !held) return { state: { ...state, since: at }, act: 'none' };
  if (!state.armed) return { state: { ...state, judged: 'on' }, act: 'left-on' };
  if (state.turnedAt !== null && at - state.turnedAt < againAfterMs)
    return { state: { ...state, since: at }, act: 'none' };
  return { state: { ...state, judged: 'on', armed: false, turnedAt: at }, act: 'turned' };
};
