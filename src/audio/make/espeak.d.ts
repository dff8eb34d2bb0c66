/** The parts of the speech package that are used; it brings no types of its own. */
declare module '@echogarden/espeak-ng-emscripten' {
  interface Speaker {
    set_voice(name: string, language: string, gender: number, age: number, variant: number): number;
    set_rate(wordsPerMinute: number): void;
    get_samplerate(): number;
    /** Calls back with pieces of 16-bit samples; true from the callback ends it. */
    synthesize(text: string, take: (samples: Int16Array | null) => boolean): void;
  }
  /** A file of its data; where the operations have an `open`, it is called at every opening. */
  interface DataFile {
    readonly contents: Uint8Array;
    readonly stream_ops: { open?: (stream: { readonly node: DataFile }) => void };
  }
  interface Loaded {
    readonly eSpeakNGWorker: new () => Speaker;
    readonly FS: { readonly lookupPath: (path: string) => { readonly node: DataFile } };
  }
  /** `getPreloadedPackage` gives the buffer that all data files are views of; else the package reads it whole. */
  const load: (given?: {
    readonly getPreloadedPackage: (name: string, size: number) => ArrayBuffer;
  }) => Promise<Loaded>;
  export default load;
}
