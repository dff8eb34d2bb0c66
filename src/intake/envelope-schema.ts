import Type, { type Static } from 'typebox';

/** Longest raw envelope, in bytes. Longer ones are refused before anything else is looked at. */
export const envelopeMaxBytes = 8192;

/** No control characters, and no marks that turn the direction of writing: such text reads differently from what it says. */
export const safeText =
  '^[^\\u0000-\\u0009\\u000b-\\u001f\\u007f-\\u009f\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]*$';

const closed = { additionalProperties: false } as const;

const text = (maxLength: number, description: string) => Type.String({ maxLength, pattern: safeText, description });

const identifier = (description: string) =>
  Type.String({ minLength: 1, maxLength: 64, pattern: '^[!-~]+$', description });

const alertId = identifier(
  "The authority's own id of the alert; stays the same through updates. 预警编号，更新时不变。",
);

export const AudioSchema = Type.Object(
  {
    sha256: Type.String({
      pattern: '^[0-9a-f]{64}$',
      description: 'SHA-256 of the file, hex: nothing else will be played. 文件的 SHA-256。',
    }),
    bytes: Type.Integer({ minimum: 1, maximum: 20_000_000, description: 'Size of the file. 文件字节数。' }),
    format: Type.Enum(['wav', 'mp3', 'opus'], { description: 'WAV, MP3 or Ogg Opus. 音频格式。' }),
    durationMs: Type.Integer({
      minimum: 1,
      maximum: 900_000,
      description: 'How long it sounds; a file of another length is refused. 时长（毫秒），不符即拒绝。',
    }),
  },
  {
    ...closed,
    description: 'A recording that belongs to the order; its bytes follow in chunks. 录音，正文另行分块下发。',
  },
);

export const AlertSchema = Type.Object(
  {
    id: alertId,
    status: Type.Enum(['actual', 'drill', 'test'], {
      description: 'Actual, drill or technical test; never mixed. 正式、演练或测试，不得混用。',
    }),
    class: Type.Enum(['emergency', 'routine'], { description: 'Emergency or routine. 应急或日常。' }),
    event: Type.String({
      pattern: '^[0-9A-Z]{1,8}$',
      description: 'National event code (GB/T 35965.1), e.g. 11D02. 突发事件类型编码。',
    }),
    severity: Type.Enum(['red', 'orange', 'yellow', 'blue', 'unknown'], { description: 'Severity. 预警级别。' }),
    stage: Type.Enum(['now', '2h', '6h', '24h'], { description: 'How near the disaster is. 临灾时段。' }),
    authority: Type.Enum(['national', 'province', 'city', 'county', 'township', 'village', 'box'], {
      description: 'Who speaks; never higher than the authority of the key. 发布机构层级，不得高于密钥的层级。',
    }),
    voice: Type.Enum(['live', 'recorded'], { description: 'Live or recorded voice. 直播或录播。' }),
    zones: Type.Array(
      Type.String({
        minLength: 1,
        maxLength: 64,
        pattern: safeText,
        description: 'A zone id of the site, or a division code of 2, 4, 6, 9 or 12 digits. 分区编号，或行政区划代码。',
      }),
      { minItems: 1, maxItems: 247, description: 'Who is to hear it. 播发范围。' },
    ),
    headline: text(200, 'One line for lists. 标题。'),
    text: text(2000, 'What is spoken. 播报正文。'),
    plan: Type.Union([Type.Null(), text(64, 'A plan of the site by its id. 预案编号。')], {
      description: 'Null lets event, severity and stage choose. 空值表示由事件、级别、时段选定。',
    }),
    sirenUnlocked: Type.Boolean({
      description: 'Drills only: unlock the siren for this one. 仅演练：本次解锁警报器。',
    }),
    audio: Type.Optional(
      Type.Union([Type.Null(), AudioSchema], {
        description:
          'Played in place of speaking the text, once it is here; null or absent: the text is spoken. 录音；空值或不写：播报正文。',
      }),
    ),
  },
  { ...closed, description: 'What the authority says. 预警内容。' },
);

export const SenderKeySchema = Type.Object(
  {
    id: identifier('Short name of the key. 密钥名。'),
    publicKey: Type.String({
      pattern: '^([A-Za-z0-9+/]{43}=|[A-Za-z0-9+/]{44}|[A-Za-z0-9+/]{87}=)$',
      description:
        'Raw public key, base64: 32 bytes of Ed25519, or 65 or 33 of an SM2 point. 公钥（base64）：Ed25519 32 字节，SM2 65 或 33 字节。',
    }),
    algorithm: Type.Optional(
      Type.Enum(['ed25519', 'sm2'], { description: 'Ed25519 where it is absent. 签名算法，不写为 Ed25519。' }),
    ),
    name: text(128, 'Whose key it is. 持有单位。'),
    authority: AlertSchema.properties.authority,
    classes: Type.Array(Type.Enum(['alarm', 'routine', 'drill', 'stop', 'keys']), {
      minItems: 1,
      maxItems: 5,
      description: 'Order classes this key may sign. 可签发的指令类别。',
    }),
    scope: Type.String({
      pattern: '^[0-9]{0,12}$',
      description:
        'Division-code prefix this key may address; empty: this box as a whole. 区划代码前缀；空：整台设备。',
    }),
    practice: Type.Boolean({ description: 'Made for practice; refused by a box with a real line. 演练用密钥。' }),
  },
  { ...closed, description: 'A sender that the box will believe. 受信发送方。' },
);

const aboutAlert = { alertId };

/** One closed schema a kind: the error of a wrong body then names the field of that kind and of no other. */
export const bodySchemas = {
  issue: Type.Object({ kind: Type.Literal('issue'), alert: AlertSchema }, closed),
  update: Type.Object({ kind: Type.Literal('update'), alert: AlertSchema }, closed),
  cancel: Type.Object({ kind: Type.Literal('cancel'), ...aboutAlert }, closed),
  'all-clear': Type.Object(
    { kind: Type.Literal('all-clear'), ...aboutAlert, text: text(2000, 'What is spoken. 播报正文。') },
    closed,
  ),
  correction: Type.Object(
    { kind: Type.Literal('correction'), ...aboutAlert, text: text(2000, 'What is spoken. 播报正文。') },
    closed,
  ),
  stop: Type.Object(
    {
      kind: Type.Literal('stop'),
      alertId: Type.Union([Type.Null(), alertId], { description: 'Null stops everything. 空值停止全部。' }),
    },
    closed,
  ),
  'store-audio': Type.Object({ kind: Type.Literal('store-audio'), audio: AudioSchema }, closed),
  'set-keys': Type.Object(
    {
      kind: Type.Literal('set-keys'),
      keys: Type.Array(SenderKeySchema, {
        minItems: 1,
        maxItems: 16,
        description: 'The whole new set; one at least may sign keys. 全部新密钥，至少一把可签发密钥。',
      }),
    },
    closed,
  ),
} as const;

export const bodyKinds = [
  'issue',
  'update',
  'cancel',
  'all-clear',
  'correction',
  'stop',
  'store-audio',
  'set-keys',
] as const;

const head = {
  v: Type.Literal(1, { description: 'Version of the envelope. 信封版本。' }),
  key: identifier('Id of the pinned key that signed it. 签名密钥名。'),
  scope: Type.String({
    minLength: 1,
    maxLength: 64,
    pattern: '^[!-~]+$',
    description: 'Division-code prefix (2, 4, 6, 9 or 12 digits) or the full box id. 区划代码前缀或设备编号。',
  }),
  counter: Type.Integer({
    minimum: 1,
    maximum: Number.MAX_SAFE_INTEGER,
    description: 'Rises with every order of this key; never used twice. 每把密钥递增的序号，不得重复。',
  }),
  notBefore: Type.Integer({
    minimum: 0,
    maximum: 8.64e15,
    description: 'Valid from: milliseconds since 1970-01-01T00:00:00Z. 生效时刻（毫秒）。',
  }),
  validForS: Type.Integer({ minimum: 1, maximum: 604_800, description: 'Seconds of validity. 有效期（秒）。' }),
  class: Type.Enum(['alarm', 'routine', 'drill', 'stop', 'keys'], {
    description: 'Order class; must fit the body. 指令类别，须与内容相符。',
  }),
  id: Type.String({
    pattern: '^[0-9a-f]{32}$',
    description: '128-bit id of this order, hex; the same id again is the same order. 指令编号。',
  }),
} as const;

/** Everything but the inside of the body; it is checked first, so that the kind of body is known. */
export const EnvelopeFrameSchema = Type.Object(
  { ...head, body: Type.Object({ kind: Type.Enum([...bodyKinds]) }) },
  closed,
);

/** The whole envelope, for documents and types. */
export const EnvelopeSchema = Type.Object(
  {
    ...head,
    body: Type.Union(
      bodyKinds.map((kind) => bodySchemas[kind]),
      { description: 'What is ordered. 指令内容。' },
    ),
  },
  { ...closed, description: 'A signed order, as its raw bytes say it. 签名指令的原文。' },
);

export type EnvelopeHead = Omit<Static<typeof EnvelopeFrameSchema>, 'body'>;

/** The centre's answer to `time-request`: also signed over its raw bytes. */
export const SignedTimeSchema = Type.Object(
  {
    v: Type.Literal(1),
    type: Type.Literal('time'),
    key: identifier('Id of the pinned key that signed it; the key must have the class alarm. 签名密钥名。'),
    box: identifier('Id of the box that asked. 设备编号。'),
    nonce: Type.String({ pattern: '^[0-9a-f]{32}$', description: 'The nonce of the request. 请求随机数。' }),
    at: Type.Integer({
      minimum: 0,
      maximum: 8.64e15,
      description: 'Now: milliseconds since 1970-01-01T00:00:00Z. 当前时刻（毫秒）。',
    }),
  },
  { ...closed, description: 'Signed time, as its raw bytes say it. 签名授时的原文。' },
);
