import { liftSentences } from '../words/text/lift-sentences.ts';

/**
 * Values that hold where a file is silent. One place: the schema shows them to editors, the compiler uses them, and
 * `config explain` names them. The limits are those of the village box: safe for people who sleep near a siren.
 */
export const limitDefaults = {
  sirenLongest: '180 s',
  sirenPause: '60 s',
  sirenPerHour: '20 min',
  routineLongest: '15 min',
  routinePerDay: 6,
  queueMax: 1000,
  holdRoutineAfterStop: '10 min',
  renewEvery: '5 s',
  audioStoreMb: 500,
} as const;

export const quietDefaults = { from: '21:00', to: '07:00' } as const;

export const lineDefaults = {
  baud: 9600,
  parity: 'none',
  stopBits: 1,
  echoes: false,
  adapterLatency: '0 ms',
  pollEvery: '10 s',
  broadcast: 'when-allowed',
} as const;

export const terminalDefaults = { channel: 1, watts: 50, leadIn: '0 ms', volume: 100 } as const;

/** Shown to editors: an hour at which nobody works on the lines. */
export const selfTestExample = { at: '03:30' } as const;

export const supplyDefaults = { startGap: '1 s' } as const;

export const planDefaults = {
  class: 'emergency',
  interval: '5 s',
  afterRestart: 'announce-again',
  drillRepeats: 1,
  sirenUnlock: '0 s',
  correction: liftSentences.correction,
  allClear: liftSentences['all-clear'],
} as const;

export const sensorDefaults = { every: '60 s', status: 'actual' } as const;

export const consoleDefaults = { listen: '127.0.0.1:8480', allowedHosts: [] as readonly string[] } as const;

/** The speed of StandardFirmata; a key is turned when it is worst. */
export const panelDefaults = { baud: 57_600, severity: 'red' } as const;

export const clockDefaults = { sources: ['centre', 'ntp', 'rtc'] } as const;

/** How long a sentence takes where neither the site nor the chip's definition says it. */
export const speechDefaults = { baseMs: 300, perCharacterMs: 250 } as const;

export const outputDefaults = { device: 'default' } as const;

/** How long the box's own voice takes, and what a return input is taken for. */
export const soundDefaults = { base: '500 ms', perCharacter: '260 ms', hears: 'room' } as const;

/** Written in a plan as `until-ended`: passes go on until the alert ends or expires. */
export const everyWeekday = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** Sound made on the box: who speaks, how long another engine may take for a sentence, how much is kept on disk. */
export const soundMakingDefaults = { engine: 'builtin', timeout: '5 s', cacheMegabytes: 200 } as const;

export const toneSoundDefaults = { apart: '0 s', fall: '0 s' } as const;
