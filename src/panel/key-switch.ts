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

export type KeyAct = 'none' | 'off' | 'turned' | 'left-on' | 'fault';

/** What the key has come to, and what is to be told of it. */
export interface Judgement {
  readonly state: KeyState;
  readonly act: KeyAct;
}

/** What the board said when it was asked about the key. */
export interface BoardWord {
  readonly agrees: boolean;
  readonly askedAt: number;
  readonly at: number;
}

/**
 * Judges a key that has held still, with the board's own fresh word on both contacts: believed only if that agrees and
 * nothing moved since it was asked for. A turn counts only after the key was seen off; one that is on when the board is
 * attached, or after a fault, starts nothing (`left-on`).
 */
export const judgeKey = (state: KeyState, { agrees, askedAt, at }: BoardWord): Judgement => {
  const again: Judgement = { state: { ...state, since: at }, act: 'none' };
  if (!agrees || state.since > askedAt) return again;
  const position = positionOf(state.contacts);
  switch (position) {
    case 'unknown':
      return again;
    case 'off':
      return { state: { ...state, judged: 'off', armed: true }, act: 'off' };
    case 'fault':
      // A damaged wire may look like a turned key later on: the key has to be seen off first.
      return { state: { ...state, judged: 'fault', armed: false }, act: 'fault' };
    case 'on':
      if (!state.armed) return { state: { ...state, judged: 'on' }, act: 'left-on' };
      if (state.turnedAt !== null && at - state.turnedAt < againAfterMs) return again;
      return { state: { ...state, judged: 'on', armed: false, turnedAt: at }, act: 'turned' };
  }
};
