import { readFileSync } from 'node:fs';
import type { SenderKey } from '../core/order.ts';
import { keyRingOf, readSigner, type Signer } from '../intake/keys.ts';
import { failed, ok, type Result } from '../words/failure.ts';
import { sendersFile } from './validators.ts';

/** Reads the text of a senders file. Error: `senders-file-invalid` with what is wrong and where. */
export const parseSenders = (file: string, text: string): Result<readonly SenderKey[]> => {
  const invalid = (detail: string): Result<never> => failed('senders-file-invalid', { file, detail });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return invalid(error instanceof Error ? error.message : String(error));
  }
  if (!sendersFile.Check(value)) {
    const [first] = sendersFile.Errors(value);
    return invalid(`${first?.instancePath ?? ''} ${first?.message ?? ''}`.trim());
  }
  const ring = keyRingOf(value);
  return ring.ok ? ok(value) : invalid(String(ring.failure.params['detail']));
};

const readText = (file: string): Result<string> => {
  try {
    return ok(readFileSync(file, 'utf8'));
  } catch (error) {
    return failed('key-file-unreadable', { file, detail: error instanceof Error ? error.message : String(error) });
  }
};

export const readSendersFile = (file: string): Result<readonly SenderKey[]> => {
  const text = readText(file);
  return text.ok ? parseSenders(file, text.value) : text;
};

/** The box's own key, made on the box and readable by nobody else. Errors name the file, never its content. */
export const readBoxKey = (file: string): Result<Signer> => {
  const text = readText(file);
  if (!text.ok) return text;
  const signer = readSigner(text.value);
  return signer.ok ? signer : failed('key-file-unreadable', { file, detail: String(signer.failure.params['detail']) });
};
