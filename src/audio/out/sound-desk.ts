import { failed } from '../../words/failure.ts';
import type { SoundMaker } from '../programme.ts';
import type { SoundDeskPorts } from './sound-desk-ports.ts';
import { createPlayingOutput, type PlayingOutput } from './playing-output.ts';
import type { EarSetting, SoundAsk, SoundSetup } from './sound-messages.ts';

/** What the sound process does with what it is told. */
export interface SoundDesk {
  readonly obey: (ask: SoundAsk) => void;
  readonly close: () => Promise<void>;
}

const earsAt = (ears: readonly EarSetting[], output: string): readonly EarSetting[] =>
  ears.filter((ear) => ear.output === output);

/** One output plays one run at a time; a new one takes the place of the old when it is started. */
export const createSoundDesk = (ports: SoundDeskPorts): SoundDesk => {
  const outputs = new Map<string, PlayingOutput>();
  const runs = new Map<number, PlayingOutput>();
  let maker: SoundMaker | null = null;

  const setUp = (setup: SoundSetup): void => {
    if (maker !== null) return;
    const made = ports.maker(setup);
    maker = made;
    for (const output of setup.outputs) {
      const ears = earsAt(setup.ears, output.id);
      outputs.set(output.id, createPlayingOutput({ ...ports, output, ears, maker: made }));
    }
    ports.tell({ say: 'ready' });
  };

  return {
    obey: (ask) => {
      switch (ask.do) {
        case 'setup':
          setUp(ask.setup);
          return;
        case 'begin': {
          const output = outputs.get(ask.output);
          if (output === undefined) {
            const { failure } = failed('audio-output-unknown', { output: ask.output });
            ports.tell({ say: 'ended', run: ask.run, level: { rmsDbfs: -96, peakDbfs: -96 }, ms: 0, failure });
            return;
          }
          runs.set(ask.run, output);
          output.begin(ask.run, ask.ways, () => runs.delete(ask.run));
          return;
        }
        case 'start':
          runs.get(ask.run)?.start(ask.run, ask.leadMs);
          return;
        case 'stop':
          runs.get(ask.run)?.stop(ask.run);
          return;
        case 'alive':
          ports.tell({ say: 'alive' });
          return;
        case 'prepare':
          void maker?.prepare(ask.programmes, (made, of) => ports.tell({ say: 'prepared', made, of }));
      }
    },
    close: async () => {
      for (const output of outputs.values()) output.close();
      await maker?.close();
    },
  };
};
