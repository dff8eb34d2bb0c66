import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { forkChild } from '../../src/audio/make/helper-child.ts';
import { createBuiltinSpeech, type SpeechEngine } from '../../src/audio/make/speech-engine.ts';
import { distEntry } from '../support/dist.ts';

const speechPackage = 'node_modules/@echogarden/espeak-ng-emscripten';

let clean: () => void = () => undefined;
afterEach(() => clean());

/** The speech program of a copy of dist/ where npm has never been, as install-on-a-box.md puts it on a box. */
const speechOfACopy = (withPackage: boolean): SpeechEngine => {
  const opt = mkdtempSync(join(tmpdir(), 'mingluo-opt-'));
  cpSync(dirname(distEntry('speech-maker.entry')), join(opt, 'dist'), { recursive: true });
  if (withPackage) {
    mkdirSync(dirname(join(opt, speechPackage)), { recursive: true });
    symlinkSync(join(process.cwd(), speechPackage), join(opt, speechPackage));
  }
  const entry = pathToFileURL(join(opt, 'dist', 'speech-maker.entry.js'));
  const engine = createBuiltinSpeech({ start: () => forkChild(entry, 96) });
  clean = () => {
    engine.close();
    rmSync(opt, { recursive: true });
  };
  return engine;
};

describe('a copy of dist/ on a box', () => {
  test('says by name that its speech engine is missing', { timeout: 90_000 }, async () => {
    const said = await speechOfACopy(false).say('请转移。', 'urgent');
    expect(said).toMatchObject({ ok: false, failure: { code: 'audio-no-engine' } });
  });

  test('speaks once the package that is no part of dist/ lies beside it', { timeout: 90_000 }, async () => {
    expect(await speechOfACopy(true).say('请转移。', 'urgent')).toMatchObject({ ok: true });
  });
});
