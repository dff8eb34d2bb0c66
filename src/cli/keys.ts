import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SenderKey } from '../core/order.ts';
import { fingerprintOf, keyPairOf, readPublicKey } from '../intake/keys.ts';
import { parseSenders, readSendersFile } from '../box/senders-file.ts';
import { realDisk, writeFileDurably } from '../store/disk.ts';
import { failed, type Failure } from '../words/failure.ts';
import { exitCodes, fail, misuse, readArgs, say, type Command } from './command.ts';

/** A fingerprint as people read it aloud: groups of four, first 32 digits. */
export const spokenFingerprint = (hex: string): string => (hex.slice(0, 32).match(/.{4}/g) ?? []).join(' ');

export const keysNew: Command = {
  name: 'keys new',
  usage: 'keys new FILE',
  summary: { zh: '生成本机密钥（只写一次，绝不覆盖）', en: 'make the key of this box (written once, never replaced)' },
  run: async (args, io) => {
    const [file, ...more] = args;
    if (file === undefined || more.length > 0) return misuse(io, keysNew);
    if (existsSync(file)) return fail(io, failed('key-file-exists', { file }).failure);
    const made = keyPairOf(randomBytes(32));
    if (!made.ok) return fail(io, made.failure);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, made.value.privatePem, { mode: 0o400, flag: 'wx', flush: true });
    const named = await realDisk.syncDir(dirname(file));
    if (!named.ok) return fail(io, named.failure);
    const { publicKey, fingerprint } = made.value.signer;
    say(io, `公钥 ${publicKey}`, `public key ${publicKey}`);
    say(io, `指纹 ${spokenFingerprint(fingerprint)}`, `fingerprint ${spokenFingerprint(fingerprint)}`);
    return exitCodes.done;
  },
};

const enrolOptions = {
  senders: { type: 'string' },
  id: { type: 'string' },
  name: { type: 'string' },
  authority: { type: 'string' },
  classes: { type: 'string' },
  scope: { type: 'string' },
  fingerprint: { type: 'string' },
} as const;

interface Enrolment {
  readonly file: string;
  readonly sender: Omit<SenderKey, 'authority' | 'classes'> & {
    readonly authority: string;
    readonly classes: string[];
  };
}

/**
 * Where a sender may give orders, as the file holds it: all of the site is said in words, never by what was forgotten or by
 * a variable that is empty. Null where it was not said.
 */
const scopeOf = (said = ''): string | null => (said === 'all' ? '' : said === '' ? null : said);

const enrol = async ({ file, sender }: Enrolment): Promise<Failure | null> => {
  const before = existsSync(file) ? readSendersFile(file) : { ok: true as const, value: [] };
  if (!before.ok) return before.failure;
  const list = [...before.value.filter((known) => known.id !== sender.id), sender];
  const text = `${JSON.stringify(list, null, 2)}\n`;
  const checked = parseSenders(file, text);
  if (!checked.ok) return checked.failure;
  mkdirSync(dirname(file), { recursive: true });
  const written = await writeFileDurably(file, text);
  return written.ok ? null : written.failure;
};

export const keysEnrol: Command = {
  name: 'keys enrol',
  usage:
    'keys enrol PUBLIC-KEY-FILE --senders FILE --id ID --name NAME --authority county --classes alarm,drill,stop --scope CODE|all --fingerprint "ABCD EF01 …"',
  summary: {
    zh: '登记一个发送方的公钥；必须手工输入电话里核对过的指纹',
    en: "pin a sender's public key; the fingerprint compared by telephone must be typed in",
  },
  run: async (args, io) => {
    const read = readArgs(args, enrolOptions);
    if (!read.ok) return misuse(io, keysEnrol, read.failure);
    const { values, positionals } = read.value;
    const [file] = positionals;
    const { senders, id, name = id, authority = 'county', classes = 'alarm,drill,stop' } = values;
    const scope = scopeOf(values.scope);
    if (file === undefined || senders === undefined || id === undefined || name === undefined) {
      return misuse(io, keysEnrol);
    }
    if (scope === null) return misuse(io, keysEnrol, failed('keys-scope-unsaid').failure);
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch (error) {
      return fail(io, failed('key-file-unreadable', { file, detail: String(error) }).failure);
    }
    const publicKey = readPublicKey(text);
    if (!publicKey.ok) return fail(io, publicKey.failure);
    const wanted = spokenFingerprint(fingerprintOf(publicKey.value.publicKey));
    const typed = (values.fingerprint ?? '').toLowerCase().replaceAll(' ', '');
    if (typed.length < 16 || !wanted.replaceAll(' ', '').startsWith(typed)) {
      say(
        io,
        `请打电话与对方核对指纹，再用 --fingerprint 输入（至少 16 位）`,
        'compare the fingerprint by telephone, then type it in with --fingerprint (at least 16 digits)',
      );
      return exitCodes.refused;
    }
    const failure = await enrol({
      file: senders,
      sender: { id, ...publicKey.value, name, authority, classes: classes.split(','), scope, practice: false },
    });
    if (failure !== null) return fail(io, failure);
    say(io, `已登记 ${id}（${wanted}）`, `enrolled ${id} (${wanted})`);
    return exitCodes.done;
  },
};

export const keysShow: Command = {
  name: 'keys show',
  usage: 'keys show SENDERS-FILE',
  summary: { zh: '列出已登记的发送方和指纹', en: 'list the pinned senders and their fingerprints' },
  run: (args, io) => {
    const [file] = args;
    if (file === undefined) return Promise.resolve(misuse(io, keysShow));
    const senders = readSendersFile(file);
    if (!senders.ok) return Promise.resolve(fail(io, senders.failure));
    for (const { id, name, authority, classes, scope, publicKey, algorithm = 'ed25519' } of senders.value) {
      io.out(
        [id, name, authority, classes.join('+'), scope, algorithm, spokenFingerprint(fingerprintOf(publicKey))].join(
          '\t',
        ),
      );
    }
    return Promise.resolve(exitCodes.done);
  },
};
