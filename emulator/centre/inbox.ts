import type { AudioWanted } from './audio-desk.ts';
import type { IncomingMessage } from './asyncapi-document.ts';
import { centreFailed, type CentreResult } from './codes.ts';
import { say, type InboxPorts } from './inbox-ports.ts';
import type { Link } from './link.ts';
import { takeOutcome } from './take-outcome.ts';
import { takeReceipts } from './take-receipts.ts';
import { takeSnapshot, takeStatus } from './take-state.ts';
import { ok } from '../../src/words/failure.ts';

/** Messages kept for a box whose key is not enrolled yet. */
const heldMax = 256;

const takeTimeRequest = (ports: InboxPorts, link: Link, nonce: string): CentreResult<null> => {
  if (link.box === null) return centreFailed('centre-box-unknown', 'time-request before snapshot', 'type');
  link.timeNonce = { nonce, atMs: ports.mono() };
  ports.askedTime(link);
  return ok(null);
};

/** `null`: the box is not enrolled yet. */
const takeAudioWanted = async (
  ports: InboxPorts,
  link: Link,
  wanted: AudioWanted,
): Promise<CentreResult<null> | null> => (link.verified ? ports.audio.hand(link, wanted) : null);

/** `null`: nothing can be said before the box is enrolled. */
const dispatch = (
  ports: InboxPorts,
  link: Link,
  message: IncomingMessage,
): Promise<CentreResult<null> | null> | CentreResult<null> => {
  switch (message.type) {
    case 'snapshot':
      return takeSnapshot(ports, link, message);
    case 'status':
      return takeStatus(ports, link, message);
    case 'outcome':
      return takeOutcome(ports, link, message);
    case 'receipts':
      return takeReceipts(ports, link, message.items);
    case 'time-request':
      return takeTimeRequest(ports, link, message.nonce);
    case 'audio-wanted':
      return takeAudioWanted(ports, link, message);
    case 'audio-progress':
      if (link.verified) ports.audio.told(link.box ?? '', message);
      return ok(null);
    case 'problem':
      return centreFailed('centre-box-problem', `${message.code}: ${message.zh} ${message.en}`, message.field);
  }
};

const hold = (ports: InboxPorts, link: Link, text: string): void => {
  if (link.held.length === 0) say(ports, link.box, 'centre-box-unknown', link.box ?? '');
  if (link.held.length < heldMax) link.held.push(text);
};

/**
 * Deals with one text message of a box, whatever it is. Rejects only when the disk fails; then nothing of the message is
 * acknowledged.
 */
export const takeMessage = async (ports: InboxPorts, link: Link, text: string): Promise<void> => {
  const message = ports.document.incoming(text);
  if (!message.ok) {
    ports.remark(message.failure, link.box);
    return;
  }
  const result = await dispatch(ports, link, message.value);
  if (result === null) hold(ports, link, text);
  else if (!result.ok) ports.remark(result.failure, link.box);
};
