import Type from 'typebox';
import { Compile } from 'typebox/compile';

const closed = { additionalProperties: false } as const;
const say = <N extends string, P extends Type.TProperties>(name: N, more: P) =>
  Type.Object({ say: Type.Literal(name), ...more }, closed);

/** What the panel's process tells the box. */
export const PanelReportSchema = Type.Union([
  /** The board answers and its outputs are as they should be. */
  say('up', {}),
  /** It does not: code and values of the failure, for a person. */
  say('down', { code: Type.String({ maxLength: 64 }), detail: Type.String({ maxLength: 512 }) }),
  /** The key was turned: start what it stands for. */
  say('turned', {}),
  say('key', { position: Type.Enum(['off', 'fault', 'left-on']) }),
  say('stop', {}),
  say('acknowledge', {}),
  /** A button has been down for longer than any person holds it, or is free again. */
  say('stuck', { button: Type.Enum(['stop', 'acknowledge']), isStuck: Type.Boolean() }),
  say('noise', { bytes: Type.Integer({ minimum: 1 }) }),
  /** The process is alive and its loop turns. */
  say('beat', {}),
]);
/** Built from their schemas when the program is built (.ci/made-ahead.mjs): the running box never loads what builds them. */
export const reports = Compile(PanelReportSchema);
export const shows = Compile(
  Type.Object(
    {
      power: Type.Boolean(),
      alarm: Type.Enum(['off', 'steady', 'blink']),
      fault: Type.Boolean(),
      uplink: Type.Boolean(),
      buzzer: Type.Boolean(),
    },
    closed,
  ),
);
