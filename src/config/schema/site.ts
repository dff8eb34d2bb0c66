import Type from 'typebox';
import {
  clockDefaults,
  everyWeekday,
  lineDefaults,
  quietDefaults,
  sensorDefaults,
  supplyDefaults,
} from '../defaults.ts';
import { limitDefaults, terminalDefaults } from '../defaults.ts';
import { output, returnAudio, terminalSound } from './outputs.ts';
import { console } from './console.ts';
import { panel } from './panel.ts';
import {
  areaCode,
  bilingual,
  channelRef,
  clockTime,
  closed,
  duration,
  id,
  model,
  secretFile,
  severity,
  spoken,
} from './parts.ts';
import { selfTest, volume } from './settings.ts';
import { sounds } from './sounds.ts';

const zone = Type.Object(
  {
    id,
    name: bilingual,
    areaCodes: Type.Array(areaCode, { minItems: 1, maxItems: 20 }),
    households: Type.Integer({ minimum: 0, maximum: 100_000 }),
    people: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
  },
  closed,
);

const supply = Type.Object(
  {
    id,
    name: bilingual,
    startsAtOnce: Type.Integer({ minimum: 1, maximum: 247 }),
    startGap: Type.Optional(duration(100, 60_000, supplyDefaults.startGap)),
  },
  closed,
);

const port = Type.Object(
  {
    serial: Type.Optional(Type.String({ pattern: '^/[^\\s]{1,200}$', examples: ['/dev/serial/by-id/usb-…-port0'] })),
    tcp: Type.Optional(Type.String({ pattern: '^[^\\s:/@]{1,200}:[0-9]{1,5}$', examples: ['192.168.8.20:502'] })),
    baud: Type.Optional(
      Type.Enum([1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200], { default: lineDefaults.baud }),
    ),
    parity: Type.Optional(Type.Enum(['none', 'even', 'odd'], { default: lineDefaults.parity })),
    stopBits: Type.Optional(Type.Enum([1, 2], { default: lineDefaults.stopBits })),
  },
  closed,
);

const unit = Type.Object(
  {
    unit: Type.Integer({ minimum: 1, maximum: 247 }),
    model,
    groupBit: Type.Optional(Type.Integer({ minimum: 0, maximum: 246 })),
  },
  closed,
);

const line = Type.Object(
  {
    id,
    speaks: Type.Enum(['modbus-rtu', 'modbus-tcp', 'bytes']),
    port,
    echoes: Type.Optional(Type.Boolean({ default: lineDefaults.echoes })),
    adapterLatency: Type.Optional(duration(0, 1000, lineDefaults.adapterLatency)),
    pollEvery: Type.Optional(duration(200, 90_000, lineDefaults.pollEvery)),
    broadcast: Type.Optional(Type.Enum(['when-allowed', 'required'], { default: lineDefaults.broadcast })),
    units: Type.Optional(Type.Array(unit, { maxItems: 247 })),
    device: Type.Optional(model),
  },
  closed,
);

const terminal = Type.Object(
  {
    id,
    name: bilingual,
    zone: id,
    kind: Type.Enum(['siren', 'speaker']),
    output: Type.Optional(Type.Object(channelRef, closed)),
    proof: Type.Optional(
      Type.Object({ ...channelRef, above: Type.Optional(Type.Number({ minimum: 0, maximum: 100_000 })) }, closed),
    ),
    speech: Type.Optional(
      Type.Object(
        {
          line: id,
          base: Type.Optional(duration(0, 10_000)),
          perCharacter: Type.Optional(duration(20, 2000)),
        },
        closed,
      ),
    ),
    sound: Type.Optional(terminalSound),
    returnAudio: Type.Optional(returnAudio),
    supply: Type.Optional(id),
    watts: Type.Optional(Type.Number({ minimum: 0, maximum: 20_000, default: terminalDefaults.watts })),
    volume: Type.Optional(volume),
    leadIn: Type.Optional(duration(0, 10_000, terminalDefaults.leadIn)),
    longest: Type.Optional(duration(100, 3_600_000)),
  },
  closed,
);

const sensor = Type.Object(
  {
    id,
    name: bilingual,
    line: id,
    unit: Type.Integer({ minimum: 1, maximum: 247 }),
    reading: Type.String({ minLength: 1, maxLength: 40 }),
    every: Type.Optional(duration(1000, 3_600_000, sensorDefaults.every)),
    thresholds: Type.Array(
      Type.Object(
        {
          id,
          atLeast: Type.Number({ minimum: -1_000_000, maximum: 1_000_000 }),
          within: Type.Optional(duration(600_000, 259_200_000)),
          plan: id,
          zones: Type.Array(id, { minItems: 1, maxItems: 100 }),
          severity,
          status: Type.Optional(Type.Enum(['actual', 'drill', 'test'], { default: sensorDefaults.status })),
        },
        closed,
      ),
      { minItems: 1, maxItems: 20 },
    ),
  },
  closed,
);

const uplinks = Type.Object(
  {
    websocket: Type.Optional(
      Type.Object(
        {
          url: Type.String({ pattern: '^wss?://[^\\s]{1,200}$', examples: ['wss://centre.example.cn/box'] }),
          pin_file: Type.Optional(secretFile),
        },
        closed,
      ),
    ),
    satellite: Type.Optional(
      Type.Object(
        {
          line: id,
          centreCard: Type.String({ pattern: '^[0-9]{6,8}$', examples: ['0330122'] }),
          key_file: Type.Optional(secretFile),
        },
        closed,
      ),
    ),
  },
  closed,
);

const limits = Type.Object(
  {
    sirenLongest: Type.Optional(duration(1000, 180_000, limitDefaults.sirenLongest)),
    sirenPause: Type.Optional(duration(60_000, 3_600_000, limitDefaults.sirenPause)),
    sirenPerHour: Type.Optional(duration(10_000, 1_200_000, limitDefaults.sirenPerHour)),
    quietHours: Type.Optional(
      Type.Object({ from: clockTime, to: clockTime }, { ...closed, default: { ...quietDefaults } }),
    ),
    routineLongest: Type.Optional(duration(10_000, 900_000, limitDefaults.routineLongest)),
    routinePerDay: Type.Optional(Type.Integer({ minimum: 0, maximum: 6, default: limitDefaults.routinePerDay })),
    queueMax: Type.Optional(Type.Integer({ minimum: 10, maximum: 1000, default: limitDefaults.queueMax })),
    holdRoutineAfterStop: Type.Optional(duration(600_000, 3_600_000, limitDefaults.holdRoutineAfterStop)),
    renewEvery: Type.Optional(duration(1000, 5000, limitDefaults.renewEvery)),
    audioStoreMb: Type.Optional(Type.Integer({ minimum: 20, maximum: 4000, default: limitDefaults.audioStoreMb })),
  },
  closed,
);

const notice = Type.Object(
  {
    id,
    name: bilingual,
    plan: id,
    zones: Type.Array(id, { minItems: 1, maxItems: 100 }),
    weekdays: Type.Optional(
      Type.Array(Type.Enum([...everyWeekday]), { minItems: 1, maxItems: 7, default: [...everyWeekday] }),
    ),
    at: clockTime,
    text: spoken,
  },
  closed,
);

/** site.yaml: what the village has and how it is wired. */
export const siteSchema = Type.Object(
  {
    id,
    areaCode,
    name: bilingual,
    zones: Type.Array(zone, { minItems: 1, maxItems: 100 }),
    supplies: Type.Optional(Type.Array(supply, { maxItems: 100 })),
    lines: Type.Array(line, { minItems: 1, maxItems: 32 }),
    outputs: Type.Optional(Type.Array(output, { maxItems: 16 })),
    terminals: Type.Array(terminal, { minItems: 1, maxItems: 500 }),
    sensors: Type.Optional(Type.Array(sensor, { maxItems: 100 })),
    sounds,
    notices: Type.Optional(Type.Array(notice, { maxItems: 50 })),
    uplinks: Type.Optional(uplinks),
    keys: Type.Object({ box_file: secretFile, senders_file: secretFile }, closed),
    clock: Type.Optional(
      Type.Object(
        {
          sources: Type.Array(Type.Enum(['centre', 'ntp', 'rtc']), {
            minItems: 1,
            maxItems: 3,
            default: [...clockDefaults.sources],
          }),
        },
        closed,
      ),
    ),
    console: Type.Optional(console),
    panel: Type.Optional(panel),
    limits: Type.Optional(limits),
    selfTest: Type.Optional(selfTest),
  },
  closed,
);

export type SiteFile = Type.Static<typeof siteSchema>;
export type LineFile = SiteFile['lines'][number];
export type TerminalFile = SiteFile['terminals'][number];
export type OutputFile = NonNullable<SiteFile['outputs']>[number];
