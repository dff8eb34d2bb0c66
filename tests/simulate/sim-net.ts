import type { Link, LinkEvents, LinkFactory } from '../../src/uplink/link.ts';
import { failed } from '../../src/words/failure.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What the road between box and centre is like now. */
export interface Weather {
  /** `half-open`: both ends believe in the link and nothing arrives. */
  readonly state: 'up' | 'down' | 'half-open';
  readonly delayMs: number;
}

/** The centre's end of one connection. */
export interface CentreEnd {
  readonly send: (text: string) => void;
  readonly close: () => void;
}

export interface NetPorts {
  readonly time: VirtualTime;
  /** A box has connected: what it says goes to `message`, its end to `closed`. */
  readonly accept: (end: CentreEnd) => { readonly message: (text: string) => void; readonly closed: () => void };
}

export interface SimNet {
  readonly links: LinkFactory;
  readonly setWeather: (weather: Weather) => void;
  readonly weather: () => Weather;
  /** The box is gone: its links end without a word of it. */
  readonly boxDied: () => void;
}

interface Connection {
  readonly toBox: LinkEvents;
  readonly toCentre: { readonly message: (text: string) => void; readonly closed: () => void };
  open: boolean;
  /** Sent and not arrived: nothing overtakes anything on one connection, and what is stuck arrives when the road is open. */
  readonly underWay: { readonly deliver: () => void; due: number }[];
}

const connectMs = 40;

/** What the box's end of a link needs of the road. */
interface Road {
  readonly time: VirtualTime;
  readonly weather: () => Weather;
  /** Delivers after the weather's delay, or not at all. */
  readonly carry: (connection: Connection, deliver: () => void) => void;
  readonly end: (connection: Connection, tellBox: boolean) => void;
  /** Opens a connection in place of the one that lives. */
  readonly connect: (toBox: LinkEvents) => Connection;
}

/** The box's end of one connection, from its dialling on. */
const linkOver = ({ time, weather, carry, end, connect }: Road, events: LinkEvents): Link => {
  let connection: Connection | null = null;
  let over = false;
  const closed = (reason: string): void => {
    if (over) return;
    over = true;
    events.closed(failed('uplink-unreachable', { detail: reason }).failure);
  };
  const quiet: LinkEvents = {
    ...events,
    closed: (failure) => {
      if (over) return;
      over = true;
      events.closed(failure);
    },
  };
  const cancel = time.after(connectMs + weather().delayMs, () => {
    if (over) return;
    if (weather().state === 'half-open') return;
    if (weather().state === 'down') {
      closed('no route');
      return;
    }
    connection = connect(quiet);
    events.opened();
  });
  return {
    send: (text) => {
      const here = connection;
      if (here !== null) carry(here, () => here.toCentre.message(text));
    },
    ping: () => {
      const here = connection;
      if (here !== null) carry(here, () => carry(here, () => here.toBox.heard()));
    },
    pause: () => undefined,
    resume: () => undefined,
    terminate: () => {
      cancel();
      if (connection !== null) end(connection, true);
      else time.after(0, () => closed('terminated'));
    },
  };
};

/** How messages go over a road. */
const carrying = (time: VirtualTime, weather: () => Weather) => {
  /** Everything that is due arrives, in its order; what the road holds back stays. */
  const arrive = (connection: Connection): void => {
    for (;;) {
      const [first] = connection.underWay;
      if (first === undefined || !connection.open || weather().state !== 'up' || first.due > time.now()) return;
      connection.underWay.shift();
      first.deliver();
    }
  };
  const carry = (connection: Connection, deliver: () => void): void => {
    if (!connection.open) return;
    const before = connection.underWay.at(-1)?.due ?? 0;
    const due = Math.max(before, time.now() + weather().delayMs);
    connection.underWay.push({ deliver, due });
    time.at(due, () => arrive(connection));
  };
  return { arrive, carry };
};

/**
 * One road for a WebSocket: in order, each message once, late by the weather's delay or by as long as the road is stuck, or
 * not at all once a connection has ended. What TCP cannot do (doubling, reordering) the centre does with whole orders.
 */
export const simNet = ({ time, accept }: NetPorts): SimNet => {
  let weather: Weather = { state: 'up', delayMs: 20 };
  let live: Connection | null = null;

  const end = (connection: Connection, tellBox: boolean): void => {
    if (!connection.open) return;
    connection.open = false;
    if (live === connection) live = null;
    connection.toCentre.closed();
    if (tellBox) connection.toBox.closed(failed('uplink-closed', { code: 1006 }).failure);
  };
  const { arrive, carry } = carrying(time, () => weather);
  const open = (toBox: LinkEvents): Connection => {
    const connection: Connection = {
      toBox,
      open: true,
      underWay: [],
      toCentre: accept({
        send: (text) => carry(connection, () => toBox.message(text)),
        close: () => end(connection, true),
      }),
    };
    live = connection;
    return connection;
  };

  const road: Road = {
    ...{ time, carry, end },
    weather: () => weather,
    connect: (toBox) => {
      if (live !== null) end(live, true);
      return open(toBox);
    },
  };
  const links: LinkFactory = (events) => linkOver(road, events);
  return {
    links,
    weather: () => weather,
    setWeather: (next) => {
      weather = next;
      if (next.state === 'down' && live !== null) end(live, true);
      if (next.state === 'up' && live !== null) arrive(live);
    },
    boxDied: () => {
      if (live !== null) end(live, false);
    },
  };
};
