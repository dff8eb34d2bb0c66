import { Type } from 'typebox';

/**
 * The shape of a register device's file: the one source of the types in define.ts, of the check in load.ts and of
 * config/schema/device.schema.json. Every key is written out in every file, so that nothing about a device is implied.
 */
const closed = { additionalProperties: false } as const;
const word = (description: string) => Type.Integer({ minimum: 0, maximum: 0xffff, description });
const milliseconds = (description: string) => Type.Integer({ minimum: 0, maximum: 86_400_000, description });

export const readBlockSchema = Type.Object(
  {
    function: Type.Enum([1, 2, 3, 4], {
      description: '功能码 Modbus function code: 1 coils, 2 inputs, 3 holding, 4 input registers',
    }),
    address: word('首地址 First address'),
    count: Type.Integer({ minimum: 1, maximum: 125, description: '数量 How many' }),
  },
  closed,
);

/** One word is one value: of a longer number the first word alone would be taken for all of it. */
const readingBlockSchema = Type.Object(
  { ...readBlockSchema.properties, count: Type.Integer({ minimum: 1, maximum: 1, description: '数量 How many' }) },
  closed,
);

export const writeValueSchema = Type.Union([
  Type.Object({ word: word('固定值 A constant word') }, closed),
  Type.Object(
    {
      from: Type.Enum(['durationMs', 'track', 'tone', 'volume', 'groupMap'], {
        description:
          '取自命令 Taken from the order: duration in lease steps, track, tone, volume, or the 16 words of the group map',
      }),
    },
    closed,
  ),
]);

export const writeTemplateSchema = Type.Object(
  {
    function: Type.Enum([5, 6, 15, 16], { description: '功能码 Function code of the write' }),
    address: word('第 1 路的地址 Address of channel 1'),
    channelStep: Type.Integer({
      minimum: 0,
      maximum: 256,
      description: '每路地址步长 Added to the address per channel',
    }),
    values: Type.Array(writeValueSchema, { minItems: 1, maxItems: 123 }),
  },
  closed,
);

export const registerSchema = Type.Object(
  {
    name: Type.String({ minLength: 1 }),
    table: Type.Enum(['coil', 'discrete', 'holding', 'input']),
    address: word('首地址 First address'),
    count: Type.Integer({ minimum: 1, maximum: 0x10000 }),
    access: Type.Enum(['r', 'w', 'rw']),
    range: Type.Tuple([word('最小值 Lowest value'), word('最大值 Highest value')]),
    unit: Type.String(),
    scale: Type.Number({ exclusiveMinimum: 0 }),
  },
  closed,
);

const leaseSchema = Type.Union([
  Type.Object(
    {
      kind: Type.Enum(['timed']),
      longestMs: milliseconds('最长一次 Longest single on'),
      stepMs: Type.Integer({ minimum: 1, maximum: 60_000 }),
    },
    closed,
  ),
  Type.Object(
    {
      kind: Type.Enum(['dead-man']),
      holdMs: milliseconds('保持时间 How long one renewal holds'),
      stepMs: Type.Integer({ minimum: 1, maximum: 60_000 }),
    },
    closed,
  ),
  Type.Object({ kind: Type.Enum(['held']) }, closed),
]);

/** A setting that a unit keeps until it loses power: how it is written, and where it is read back, channel c at `address + c - 1`. */
const settingSchema = Type.Union([
  Type.Null(),
  Type.Object({ set: writeTemplateSchema, read: readBlockSchema }, closed),
]);

/** A test that nobody hears. `withinMs`: the result stands at the latest so long after the start; `running` until then. */
const quietTestSchema = Type.Union([
  Type.Null(),
  Type.Object(
    {
      start: writeTemplateSchema,
      result: readBlockSchema,
      withinMs: Type.Integer({
        minimum: 100,
        maximum: 60_000,
        description: '最迟出结果 The result stands at the latest',
      }),
      running: word('测试中 The result register while the test runs'),
      good: word('正常 Good'),
      amplifierFault: word('功放故障 The amplifier is at fault'),
      hornOpen: word('喇叭开路 The horn is open'),
    },
    closed,
  ),
]);

export const outputSchema = Type.Object(
  {
    lease: leaseSchema,
    retrigger: Type.Enum(['extends', 'ignored', 'chops', 'unknown']),
    offCancels: Type.Enum(['yes', 'no', 'unknown']),
    on: writeTemplateSchema,
    off: writeTemplateSchema,
    allOff: Type.Union([Type.Null(), writeTemplateSchema]),
    group: Type.Union([Type.Null(), writeTemplateSchema]),
    state: readBlockSchema,
    quietTest: quietTestSchema,
    play: Type.Union([Type.Null(), writeTemplateSchema]),
    tone: settingSchema,
    volume: settingSchema,
  },
  closed,
);

export const proofSchema = Type.Object(
  {
    function: readBlockSchema.properties.function,
    address: readBlockSchema.properties.address,
    count: readBlockSchema.properties.count,
    grade: Type.Enum(['current', 'sound', 'status']),
    scale: Type.Number({ exclusiveMinimum: 0 }),
    unit: Type.String(),
    above: Type.Number(),
  },
  closed,
);

export const broadcastRuleSchema = Type.Object(
  {
    function: Type.Enum([5, 6, 15, 16]),
    from: word('地址范围起 From address'),
    to: word('地址范围止 To address'),
    effect: Type.Enum(['acts', 'ignores', 'unknown']),
    moves: Type.Enum(['channel', 'all', 'mask', 'group', 'none']),
  },
  closed,
);

export const registerDeviceSchema = Type.Object(
  {
    model: Type.String({ pattern: '^[a-z0-9][a-z0-9-]*$', description: '型号 Model, the name used in site files' }),
    kind: Type.Enum(['relay', 'siren', 'meter', 'gauge']),
    name: Type.Object({ zh: Type.String({ minLength: 1 }), en: Type.String({ minLength: 1 }) }, closed),
    source: Type.String({ minLength: 1, description: '资料来源 Manual and section the facts come from' }),
    verified: Type.Boolean({ description: '有手册或实录为证 A manual or recorded exchange backs this file' }),
    ours: Type.Boolean({ description: '本项目自定义 Defined by this project, not by a vendor' }),
    line: Type.Object(
      {
        baud: Type.Integer({ minimum: 300, maximum: 1_000_000 }),
        parity: Type.Enum(['none', 'even', 'odd']),
        stopBits: Type.Enum([1, 2]),
        turnaroundMs: Type.Number({ minimum: 0, maximum: 5_000 }),
      },
      closed,
    ),
    channels: Type.Integer({ minimum: 1, maximum: 256 }),
    registers: Type.Array(registerSchema, { minItems: 1 }),
    output: Type.Union([Type.Null(), outputSchema]),
    proof: Type.Union([Type.Null(), proofSchema]),
    readings: Type.Array(
      Type.Object(
        {
          name: Type.String({ minLength: 1 }),
          block: readingBlockSchema,
          scale: Type.Number({ exclusiveMinimum: 0 }),
          unit: Type.String(),
          // It only grows, until somebody clears it.
          total: Type.Optional(Type.Boolean()),
        },
        closed,
      ),
    ),
    broadcast: Type.Object(
      { rules: Type.Array(broadcastRuleSchema), otherwise: Type.Enum(['ignores', 'unknown']) },
      closed,
    ),
    emulate: Type.Object(
      {
        replyMs: Type.Number({ minimum: 0, maximum: 5_000 }),
        currentWhenOn: Type.Number({ minimum: 0 }),
        behaviours: Type.Array(
          Type.Enum(['flash-timers', 'dead-man', 'quiet-test', 'tipping-bucket', 'current-inputs']),
        ),
      },
      closed,
    ),
  },
  { ...closed, title: '寄存器设备 register device', $schema: 'http://json-schema.org/draft-07/schema#' },
);
