import Type from 'typebox';
import { panelDefaults } from '../defaults.ts';
import { closed, id, severity } from './parts.ts';

/** A pin of the board by its own number. 0 and 1 are the serial port on most boards and never free. */
const pin = Type.Integer({ minimum: 2, maximum: 127 });
const onePin = Type.Object({ pin }, closed);

/** The operating panel: a Firmata board with key switch, buttons, lamps and buzzer. Left out: the site has none. */
export const panel = Type.Object(
  {
    port: Type.Object(
      {
        serial: Type.Optional(
          Type.String({ pattern: '^/[^\\s]{1,200}$', examples: ['/dev/serial/by-id/usb-Arduino-if00'] }),
        ),
        tcp: Type.Optional(Type.String({ pattern: '^[^\\s:/@]{1,200}:[0-9]{1,5}$', examples: ['192.168.8.30:3030'] })),
        baud: Type.Optional(Type.Enum([9600, 19200, 38400, 57600, 115200], { default: panelDefaults.baud })),
      },
      closed,
    ),
    keySwitch: Type.Optional(
      Type.Object(
        {
          normallyOpen: pin,
          normallyClosed: pin,
          plan: id,
          zones: Type.Optional(Type.Array(id, { minItems: 1, maxItems: 100 })),
          severity: Type.Optional(Type.Enum([...severity.enum], { default: panelDefaults.severity })),
        },
        closed,
      ),
    ),
    stop: Type.Optional(onePin),
    acknowledge: Type.Optional(onePin),
    lamps: Type.Optional(
      Type.Object(
        {
          power: Type.Optional(pin),
          alarm: Type.Optional(pin),
          fault: Type.Optional(pin),
          uplink: Type.Optional(pin),
        },
        closed,
      ),
    ),
    buzzer: Type.Optional(onePin),
  },
  closed,
);

export type PanelFile = Type.Static<typeof panel>;
