import Type from 'typebox';
import { consoleDefaults } from '../defaults.ts';
import { closed } from './parts.ts';

/** The local page. Left out: no page is opened. */
export const console = Type.Object(
  {
    listen: Type.Optional(
      Type.String({
        minLength: 3,
        maxLength: 210,
        default: consoleDefaults.listen,
        examples: [consoleDefaults.listen],
      }),
    ),
    allowedHosts: Type.Optional(
      Type.Array(Type.String({ pattern: '^[A-Za-z0-9.-]{1,200}(:[0-9]{1,5})?$', examples: ['192.168.8.10'] }), {
        maxItems: 16,
        default: [...consoleDefaults.allowedHosts],
      }),
    ),
  },
  closed,
);
