import {
  beidouRdss,
  type RdssAnswer,
  type RdssContent,
  type RdssRequest,
} from '../../devices/satellite/beidou-rdss.ts';
import type { Clock } from '../clock.ts';
import type { ByteDevice } from '../line/byte-line.ts';

/** A message that left the village by satellite. `content` is as decoded, `bits` as they count against the limit. */
export interface SatelliteMessage {
  readonly at: number;
  readonly to: number;
  readonly content: RdssContent;
}

export interface SatelliteTerminal extends ByteDevice {
  readonly sent: readonly SatelliteMessage[];
  /** Delivers a message to the box, as if `sender` had sent it. */
  inject(sender: number, content: RdssContent): void;
}

export interface SatelliteOptions {
  readonly clock: Clock;
  readonly send: (bytes: Uint8Array) => void;
  /** This terminal's own card number. */
  readonly card: number;
  /** Seconds between two messages of its own. */
  readonly periodS: number;
  /** Beijing time as hour and minute, for the stamp of a delivered message. */
  readonly hourMinute: () => readonly [number, number];
  readonly silent: () => boolean;
  readonly mute: () => boolean;
  readonly onMessage: (message: SatelliteMessage) => void;
}

/** A signal good enough to send, and a card of the top level. */
const beams: readonly number[] = [0, 4, 3, 0, 0, 0];
const notSuppressed = 0x02;
const cardLevel = 3;
const batteryPercent = 100;
const longestBits = 1680;
/** Only this many messages are kept for reading. */
const keepMax = 200;

const bitsOf = (content: RdssContent): number => {
  if (content.mode === 'code') return content.digits.length * 4;
  return content.mode === 'mixed' ? (content.bytes.length + 1) * 8 : content.text.length * 16;
};

interface Radio {
  answer(one: RdssAnswer): void;
  feedback(result: 'ok' | 'failed' | 'crc', command: string): void;
  transmit(request: Extract<RdssRequest, { frame: 'TXSQ' }>): void;
}

const createRadio = (options: SatelliteOptions, sent: SatelliteMessage[]): Radio => {
  const { clock, card, periodS } = options;
  let readyAt = Number.NEGATIVE_INFINITY;
  const answer = (one: RdssAnswer): void => {
    if (!options.silent() && !options.mute()) options.send(beidouRdss.unit.encode(one));
  };
  const feedback: Radio['feedback'] = (result, command) => {
    answer({ frame: 'FKXX', user: card, feedback: result, command });
  };
  const transmit: Radio['transmit'] = (request) => {
    const now = clock.now();
    if (bitsOf(request.content) > longestBits) feedback('failed', 'TXSQ');
    else if (now < readyAt) {
      answer({ frame: 'FKXX', user: card, feedback: 'too-soon', waitS: Math.ceil((readyAt - now) / 1000) });
    } else {
      readyAt = now + periodS * 1000;
      const message: SatelliteMessage = { at: now, to: request.to, content: request.content };
      sent.push(message);
      if (sent.length > keepMax) sent.shift();
      feedback('ok', 'TXSQ');
      options.onMessage(message);
    }
  };
  return { answer, feedback, transmit };
};

const obey = (request: RdssRequest, radio: Radio, { card, periodS }: SatelliteOptions): void => {
  switch (request.frame) {
    case 'ICJC':
      radio.answer({ frame: 'ICXX', user: card, periodS, level: cardLevel });
      return;
    case 'XTZJ':
      radio.answer({ frame: 'ZJXX', user: card, batteryPercent, inbound: notSuppressed, beams });
      return;
    case 'TXSQ':
      radio.transmit(request);
      return;
    case 'rejected':
      radio.feedback(request.reason === 'checksum' ? 'crc' : 'failed', request.name.slice(0, 4).padEnd(4));
      return;
    case 'SJSC':
    case 'other':
      return;
  }
};

/** A BeiDou short-message terminal: card, self-test, sending within its service period, and delivery. */
export const createSatelliteTerminal = (options: SatelliteOptions): SatelliteTerminal => {
  const decoder = beidouRdss.unit.decoder();
  const sent: SatelliteMessage[] = [];
  const radio = createRadio(options, sent);
  return {
    sent,
    receive: (bytes) => {
      if (!options.silent()) for (const request of decoder.push(bytes)) obey(request, radio, options);
    },
    inject: (sender, content) => {
      const [hour, minute] = options.hourMinute();
      radio.answer({ frame: 'TXXX', user: options.card, sender, hour, minute, content });
    },
  };
};
