import Type from 'typebox';
import { closed, id, phone, secretFile } from './parts.ts';

const personName = Type.String({ minLength: 1, maxLength: 40 });

/** people.yaml: who works the box, and whom to call about a zone. */
export const peopleSchema = Type.Object(
  {
    staff: Type.Array(
      Type.Object(
        {
          id,
          name: personName,
          role: Type.Enum(['staff', 'leader', 'technician']),
          phone: Type.Optional(phone),
          pin_file: Type.Optional(secretFile),
        },
        closed,
      ),
      { minItems: 1, maxItems: 100 },
    ),
    contacts: Type.Array(
      Type.Object(
        {
          name: personName,
          duty: Type.String({ minLength: 1, maxLength: 60 }),
          phone,
          zones: Type.Array(id, { minItems: 1, maxItems: 100 }),
        },
        closed,
      ),
      { maxItems: 500 },
    ),
  },
  closed,
);

export type PeopleFile = Type.Static<typeof peopleSchema>;
