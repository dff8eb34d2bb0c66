/** The parts of the speech package that are used; it brings no types of its own. */
declare module '@echogarden/espeak-ng-emscripten' {
  interface Speaker {
    set_voice(name: string, language: string, gender: number, age: number, variant: number): number;
    set_rate(wordsPerMinute: number): void;
    get_samplerate(): number;
    /** Calls back with pieces of 16-bit samples; true from the callback ends it. */
    synthesize(text: string, take: (samples: Int16Array | null) => boolean): void;
  }
  const load: () => Promise<{ readonly eSpeakNGWorker: new () => Speaker }>;
  export default load;
}
