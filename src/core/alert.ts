/** Severity by the Chinese colours; CAP Extreme, Severe, Moderate, Minor, Unknown. */
export type Severity = 'red' | 'orange' | 'yellow' | 'blue' | 'unknown';
/** How near the disaster is: in it now, or 2 h, 6 h, 24 h ahead. */
export type Stage = 'now' | '2h' | '6h' | '24h';
export type AlertStatus = 'actual' | 'drill' | 'test';
export type AlertClass = 'emergency' | 'routine';
/** Who speaks, highest first. */
export type Authority = 'national' | 'province' | 'city' | 'county' | 'township' | 'village' | 'box';

/** A recording that belongs to an alert: named by the SHA-256 of its bytes, so that no other can take its place. */
export interface AlertAudio {
  /** 64 hex digits, small letters. */
  readonly sha256: string;
  readonly bytes: number;
  readonly format: 'wav' | 'mp3' | 'opus';
  readonly durationMs: number;
}

/** What the authority says. `id` is the authority's own and stays the same through updates. */
export interface Alert {
  readonly id: string;
  readonly status: AlertStatus;
  readonly class: AlertClass;
  /** National event code `1CTnn` (GB/T 35965.1), e.g. 11D02. Unknown codes are kept as they are. */
  readonly event: string;
  readonly severity: Severity;
  readonly stage: Stage;
  readonly authority: Authority;
  readonly voice: 'live' | 'recorded';
  /** Zone ids of this site; never empty. */
  readonly zones: readonly string[];
  readonly headline: string;
  readonly text: string;
  /** A plan by name, or null to let event, severity and stage choose. */
  readonly plan: string | null;
  /** A drill only: the siren is unlocked for this one, for at most the plan's `sirenUnlockMs`. */
  readonly sirenUnlocked: boolean;
  /** Played in place of speaking the text, once it is here; absent or null: the text is spoken. */
  readonly audio?: AlertAudio | null;
}
