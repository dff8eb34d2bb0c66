/** Codes of what can be wrong with a device file; each has its text in the project's one table of error codes. */
export type DeviceProblemCode =
  | 'device-yaml-broken'
  | 'device-key-unknown'
  | 'device-key-missing'
  | 'device-value-wrong'
  | 'device-model-twice'
  | 'device-registers-overlap'
  | 'device-register-unknown'
  | 'device-register-not-writable'
  | 'device-register-not-readable'
  | 'device-range-empty'
  | 'device-channels-short'
  | 'device-lease-wrong'
  | 'device-silence-impossible'
  | 'device-setting-wrong'
  | 'device-broadcast-wrong';

/** One thing wrong, where it stands (line and column from 1), and the values its text needs. A plain value: nothing here throws. */
export interface DeviceProblem {
  readonly code: DeviceProblemCode;
  readonly params: Readonly<Record<string, string | number>>;
  readonly at: { readonly file: string; readonly line: number; readonly column: number; readonly field: string };
}

export type Loaded<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly DeviceProblem[] };
