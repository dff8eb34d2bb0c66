import Type from 'typebox';
import { planDefaults } from '../defaults.ts';
import { bilingual, closed, duration, eventPrefix, id, severity, spoken, stage } from './parts.ts';

const playlist = Type.Array(
  Type.Object(
    {
      play: Type.Enum(['tone', 'speech', 'clip']),
      tone: Type.Optional(id),
      text: Type.Optional(spoken),
      clip: Type.Optional(id),
    },
    closed,
  ),
  { minItems: 1, maxItems: 20 },
);

/** With the name of the plan it stays below what the page and the control socket take. */
const liftWords = Type.String({ minLength: 1, maxLength: 300 });

/** plans/*.yaml: how one kind of warning becomes sound. */
export const planSchema = Type.Object(
  {
    id,
    name: bilingual,
    class: Type.Optional(Type.Enum(['emergency', 'routine'], { default: planDefaults.class })),
    when: Type.Optional(
      Type.Object(
        {
          events: Type.Optional(Type.Array(eventPrefix, { maxItems: 100 })),
          severities: Type.Optional(Type.Array(severity, { minItems: 1, maxItems: 5 })),
          stages: Type.Optional(Type.Array(stage, { minItems: 1, maxItems: 4 })),
        },
        closed,
      ),
    ),
    zones: Type.Array(id, { minItems: 1, maxItems: 100 }),
    playlist,
    repeats: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
    interval: Type.Optional(duration(0, 600_000, planDefaults.interval)),
    afterRestart: Type.Optional(
      Type.Enum(['resume', 'announce-again', 'stay-silent'], { default: planDefaults.afterRestart }),
    ),
    drill: Type.Object(
      {
        playlist,
        repeats: Type.Optional(Type.Integer({ minimum: 1, maximum: 20, default: planDefaults.drillRepeats })),
        sirenUnlock: Type.Optional(duration(0, 10_000, planDefaults.sirenUnlock)),
      },
      closed,
    ),
    lift: Type.Optional(
      Type.Object(
        {
          correction: Type.Optional({ ...liftWords, default: planDefaults.correction }),
          allClear: Type.Optional({ ...liftWords, default: planDefaults.allClear }),
        },
        closed,
      ),
    ),
  },
  closed,
);

export type PlanFile = Type.Static<typeof planSchema>;
