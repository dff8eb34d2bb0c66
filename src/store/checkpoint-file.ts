import { canonicalJson } from '../core/canonical-json.ts';
import { failed, ok, type Failure, type Result } from '../words/failure.ts';
import { readWhole, type Disk } from './disk.ts';
import { parseJson } from './journal-reader.ts';
import { sha256 } from './record.ts';

/** What one generation of the checkpoint says, before its data is read by the caller's own rules. */
export interface Generation {
  readonly generation: number;
  readonly schemaVersion: number;
  readonly data: unknown;
}

/** Two files take turns: generation n stands in `checkpoint-1.json` if n is odd, in `checkpoint-2.json` if it is even. */
export const slots = ['checkpoint-1.json', 'checkpoint-2.json'] as const;
export type Slot = (typeof slots)[number];

export const slotOf = (generation: number): Slot => (generation % 2 === 1 ? slots[0] : slots[1]);

/** The bytes of a generation: canonical JSON, a line break, `#` and the SHA-256 of the JSON in hex, a line break. */
export const encodeGeneration = (generation: Generation): Result<Buffer> => {
  try {
    const text = canonicalJson(generation);
    return ok(Buffer.from(`${text}\n#${sha256(Buffer.from(text, 'utf8'))}\n`, 'utf8'));
  } catch (error) {
    return failed('checkpoint-unfit', { detail: String(error) });
  }
};

const damagedBy = (file: string, detail: string): { readonly ok: false; readonly failure: Failure } =>
  failed('checkpoint-generation-damaged', { file, detail });

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && typeof value === 'number' && value >= 1;

/** Reads the bytes of one generation; `checkpoint-generation-damaged` for anything that was not written so. */
export const decodeGeneration = (bytes: Uint8Array, file: Slot): Result<Generation> => {
  const whole = Buffer.from(bytes);
  if (whole.length === 0) return damagedBy(file, 'empty');
  const end = whole.lastIndexOf('\n#');
  if (end < 0) return damagedBy(file, 'no checksum');
  const body = whole.subarray(0, end);
  if (whole.toString('latin1', end) !== `\n#${sha256(body)}\n`) return damagedBy(file, 'checksum');
  const value = parseJson(body.toString('utf8'));
  if (value === null || typeof value !== 'object' || !('generation' in value) || !('schemaVersion' in value)) {
    return damagedBy(file, 'shape');
  }
  const { generation, schemaVersion } = value;
  if (!isCount(generation) || !isCount(schemaVersion) || !('data' in value)) return damagedBy(file, 'shape');
  if (slotOf(generation) !== file) return damagedBy(file, `generation ${generation} in the wrong file`);
  return ok({ generation, schemaVersion, data: value.data });
};

/** One slot as it is found: a generation, null for a file that is not there, or what is wrong with it. */
export const readSlot = async (disk: Disk, dir: string, slot: Slot): Promise<Result<Generation | null>> => {
  const bytes = await readWhole(disk, `${dir}/${slot}`);
  if (!bytes.ok) return bytes.failure.code === 'disk-file-missing' ? ok(null) : bytes;
  return decodeGeneration(bytes.value, slot);
};
