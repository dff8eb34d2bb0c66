import { Compile } from 'typebox/compile';
import { centreMessages } from './messages.ts';

/** Built from their schemas when the program is built (.ci/made-ahead.mjs): the running box never loads what builds them. */
export const order = Compile(centreMessages.order);
export const time = Compile(centreMessages.time);
export const acknowledge = Compile(centreMessages.acknowledge);
export const audioChunk = Compile(centreMessages['audio-chunk']);
export const ping = Compile(centreMessages.ping);
