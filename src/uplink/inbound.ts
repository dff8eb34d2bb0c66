import type { TLocalizedValidationError } from 'typebox/error';
import { failed, ok, type Result } from '../words/failure.ts';
import { messageMaxBytes, type CentreMessage } from './messages.ts';
import { acknowledge, audioChunk, order, ping, time } from './validators.ts';

const shape = (errors: readonly TLocalizedValidationError[]): ReturnType<typeof failed> => {
  const error = errors.find((one) => one.keyword === 'additionalProperties') ?? errors[0];
  const rule = error === undefined ? 'schema' : error.message.slice(0, 200);
  return failed('uplink-message-shape', { rule }, { field: error?.instancePath.slice(1).replaceAll('/', '.') ?? '' });
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON is told apart by the caller: only objects are messages.
    return undefined;
  }
};

/**
 * Reads one message of the centre. This is the unsigned frame only: flat, closed and bounded; what is signed inside stays
 * raw text and is verified elsewhere before it is parsed.
 *
 * @param text null for a binary message
 * @returns the message, or an `uplink-message-…` code with the field
 */
export const readCentreMessage = (text: string | null): Result<CentreMessage> => {
  if (text === null) return failed('uplink-message-not-json');
  if (text.length > messageMaxBytes) return failed('uplink-message-too-long', { max: messageMaxBytes });
  const value = jsonOf(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return failed('uplink-message-not-json');
  const type: unknown = 'type' in value ? value.type : undefined;
  switch (type) {
    case 'order':
      return order.Check(value) ? ok(value) : shape(order.Errors(value));
    case 'time':
      return time.Check(value) ? ok(value) : shape(time.Errors(value));
    case 'acknowledge':
      return acknowledge.Check(value) ? ok(value) : shape(acknowledge.Errors(value));
    case 'audio-chunk':
      return audioChunk.Check(value) ? ok(value) : shape(audioChunk.Errors(value));
    case 'ping':
      return ping.Check(value) ? ok(value) : shape(ping.Errors(value));
    default:
      return failed('uplink-message-unknown', { type: typeof type === 'string' ? type.slice(0, 64) : '?' });
  }
};
