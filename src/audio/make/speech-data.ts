import { openSync, readSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A file in the memory of the speech package; its contents are a view of the one buffer that holds all of them. */
export interface PackedFile {
  readonly contents: Uint8Array;
}

/** What the speech package is given when it is loaded, and the way its files are opened afterwards. */
export interface SpeechData {
  readonly getPreloadedPackage: (name: string, size: number) => ArrayBuffer;
  readonly open: (stream: { readonly node: PackedFile }) => void;
}

/**
 * The 24 MB of dictionaries of a hundred languages, of which a village needs two: given to the package as a buffer of
 * untouched pages, which take no memory, and read from the disk file by file when one is opened for the first time.
 * Throws what the system says where the data cannot be read, and where it ends too early.
 */
export const speechData = (file: URL): SpeechData => {
  const descriptor = openSync(fileURLToPath(file), 'r');
  const read = new WeakSet<PackedFile>();
  let packed: ArrayBuffer | null = null;
  return {
    getPreloadedPackage: (_, size) => {
      packed = new ArrayBuffer(size);
      return packed;
    },
    open: ({ node }) => {
      const { contents } = node;
      if (contents.buffer !== packed || read.has(node)) return;
      const length = readSync(descriptor, contents, 0, contents.length, contents.byteOffset);
      if (length !== contents.length) throw new Error('the speech data ends too early');
      read.add(node);
    },
  };
};
