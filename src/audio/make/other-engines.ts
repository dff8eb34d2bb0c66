import type { SpeechSettings } from '../../core/sound-settings.ts';
import { failed, ok, type Result } from '../../words/failure.ts';
import { mostFileBytes } from './sound-file.ts';
import { postText } from './post-text.ts';
import { runProgram, type ProgramEnd } from './run-program.ts';
import type { SpeechEngine } from './speech-engine.ts';
import { createTurns } from './turns.ts';

export interface OtherEnginePorts {
  readonly run?: typeof runProgram;
  readonly post?: typeof postText;
}

const nothing = (): void => undefined;

/** A site's own engine: a program, or a server that speaks. One sentence at a time, urgent ones first. */
const engineOver = (id: string, name: string, speak: (sentence: string) => Promise<ProgramEnd>): SpeechEngine => {
  const turns = createTurns();
  return {
    id,
    say: (sentence, lane): Promise<Result<Uint8Array>> =>
      turns.run(lane, async () => {
        const end = await speak(sentence);
        return 'output' in end ? ok(end.output) : failed('audio-engine', { engine: name, why: end.why });
      }),
    warm: nothing,
    close: nothing,
  };
};

/** The engine that the settings name; null for the built-in. */
export const otherEngine = (settings: SpeechSettings, ports: OtherEnginePorts = {}): SpeechEngine | null => {
  const { run = runProgram, post = postText } = ports;
  const mostBytes = mostFileBytes;
  switch (settings.engine) {
    case 'builtin':
      return null;
    case 'command': {
      const { command, timeoutMs: timeLimitMs } = settings;
      const speak = (input: string): Promise<ProgramEnd> => run({ command, input, timeLimitMs, mostBytes });
      return engineOver(`command ${JSON.stringify(command)}`, command[0] ?? 'command', speak);
    }
    case 'http': {
      const { url, timeoutMs: timeLimitMs } = settings;
      const speak = (text: string): Promise<ProgramEnd> => post({ url, text, timeLimitMs, mostBytes });
      return engineOver(`http ${url}`, new URL(url).host, speak);
    }
  }
};
