/** What the decode child is asked. */
export interface DecodeAsked {
  /** Path of a file, which the child reads itself, or the bytes of one. */
  readonly source: string | Uint8Array;
  /** Sound beyond this is not decoded. */
  readonly longestMs: number;
  /** The bytes come from a program's pipe: their header may not know the length. */
  readonly fromPipe: boolean;
  /** False: it is decoded for what it is, and no sound is given. */
  readonly keepsSound: boolean;
}

export const isAsked = (value: object): value is DecodeAsked =>
  'source' in value &&
  (typeof value.source === 'string' || value.source instanceof Uint8Array) &&
  'longestMs' in value &&
  typeof value.longestMs === 'number' &&
  'fromPipe' in value &&
  typeof value.fromPipe === 'boolean' &&
  'keepsSound' in value &&
  typeof value.keepsSound === 'boolean';
