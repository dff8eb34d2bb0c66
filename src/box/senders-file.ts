import { readFileSync } from 'node:fs';
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import type { SenderKey } from '../core/order.ts';
import { keyRingOf, readSigner, type Signer } from '../intake/keys.ts';
import { failed, ok, type Result } from '../words/failure.ts';

const closed = { additionalProperties: false } as const;

/** The file of pinned senders: a JSON list, written by `mingluo keys enrol` and by nothing else. */
export const SendersFileSchema = Type.Array(
  Type.Object(
    {
      id: Type.String({ minLength: 1, maxLength: 64, pattern: '^[!-~]+$' }),
      publicKey: Type.String({ pattern: '^([A-Za-z0-9+/]{43}=|[A-Za-z0-9+/]{44}|[A-Za-z0-9+/]{87}=)$' }),
      algorithm: Type.Optional(Type.Enum(['ed25519', 'sm2'])),
      name: Type.String({ minLength: 1, maxLength: 64 }),
      authority: Type.Enum(['national', 'province', 'city', 'county', 'township', 'village', 'box']),
      classes: Type.Array(Type.Enum(['alarm', 'routine', 'drill', 'stop', 'keys']), { minItems: 1, maxItems: 5 }),
      scope: Type.String({ maxLength: 12, pattern: '^[0-9]*$' }),
      practice: Type.Boolean(),
    },
    closed,
  ),
  { maxItems: 16 },
);

const validator = Compile(SendersFileSchema);

/** Reads the text of a senders file. Error: `senders-file-invalid` with what is wrong and where. */
export const parseSenders = (file: string, text: string): Result<readonly SenderKey[]> => {
  const invalid = (detail: string): Result<never> => failed('senders-file-invalid', { file, detail });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return invalid(error instanceof Error ? error.message : String(error));
  }
  if (!validator.Check(value)) {
    const [first] = validator.Errors(value);
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
