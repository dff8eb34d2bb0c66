import Type, { type Static } from 'typebox';
import { misdeeds, type Alert, type OrderOptions } from './orders.ts';

export const text = (description: string) => Type.Optional(Type.String({ maxLength: 4000, description }));
const oneOf = (values: readonly string[], description: string) => ({
  description: `${description}: ${values.join(' | ')}`,
});
const statuses = ['actual', 'drill', 'test'] as const;
const classes = ['emergency', 'routine'] as const;
const severities = ['red', 'orange', 'yellow', 'blue', 'unknown'] as const;
const stages = ['now', '2h', '6h', '24h'] as const;
const authorities = ['national', 'province', 'city', 'county', 'township', 'village', 'box'] as const;
const voices = ['live', 'recorded'] as const;
const list = (description: string) => Type.Optional(Type.Array(Type.String(), { description }));
export const seconds = (description: string) =>
  Type.Optional(Type.Number({ minimum: 0, maximum: 86_400, description }));

export const orderFields = {
  scope: text('division-code prefix or box id · 区划代码前缀或设备编号'),
  validForS: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 604_800, description: 'seconds of validity · 有效秒数' }),
  ),
  misdeed: Type.Optional(Type.Enum(misdeeds, oneOf(misdeeds, 'wrong on purpose · 故意出错'))),
};

export const alertFields = {
  id: text("the authority's own id · 预警编号"),
  status: Type.Optional(Type.Enum(statuses, oneOf(statuses, 'status · 状态'))),
  class: Type.Optional(Type.Enum(classes, oneOf(classes, 'class · 类别'))),
  event: text('event code · 事件代码'),
  severity: Type.Optional(Type.Enum(severities, oneOf(severities, 'severity · 级别'))),
  stage: Type.Optional(Type.Enum(stages, oneOf(stages, 'how near · 临灾时段'))),
  authority: Type.Optional(Type.Enum(authorities, oneOf(authorities, 'authority · 发布层级'))),
  voice: Type.Optional(Type.Enum(voices, oneOf(voices, 'voice · 声音'))),
  zones: list('zone ids or division codes · 分区或区划代码'),
  headline: text('headline · 标题'),
  text: text('what is spoken · 播报正文'),
  plan: text('plan of the site · 预案'),
  sirenUnlocked: Type.Optional(Type.Boolean({ description: 'a drill may sound the siren · 演练解锁警报器' })),
};
export const audioField = {
  audio: Type.Optional(
    Type.String({
      pattern: '^[0-9a-f]{64}$',
      description: 'recording: FILE on the command line, SHA-256 over HTTP · 录音文件',
    }),
  ),
};
export const alertIdField = { alertId: text('the alert; the newest without it · 预警编号，缺省为最新一条') };
export const spokenField = { text: text('what is spoken · 播报正文') };

export const issueFields = Type.Object({ ...alertFields, ...audioField, ...orderFields });
export const storeFields = Type.Object({ ...audioField, ...orderFields });
export const aboutFields = Type.Object({ ...alertIdField, ...orderFields });
export const spokenFields = Type.Object({ ...alertIdField, ...spokenField, ...orderFields });

/** The fields of the envelope among others. */
export const optionsOf = ({ scope, validForS, misdeed }: Static<typeof aboutFields>): OrderOptions => ({
  ...(scope === undefined ? {} : { scope }),
  ...(validForS === undefined ? {} : { validForS }),
  ...(misdeed === undefined ? {} : { misdeed }),
});

const alertNames = new Set(Object.keys(alertFields));

/** The fields of the alert among others. */
export const alertOf = (params: Static<typeof issueFields>): Partial<Alert> =>
  Object.fromEntries(Object.entries(params).filter(([name]) => alertNames.has(name)));
