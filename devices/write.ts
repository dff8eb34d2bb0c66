import type { WriteTemplate } from './define.ts';

/** What a template may take from an order. Words are raw: `durationSteps` is already in steps of the lease. */
export interface WriteInput {
  readonly channel: number;
  readonly durationSteps?: number;
  readonly track?: number;
  readonly tone?: number;
  readonly volume?: number;
  /** Bits of the units in the group map. */
  readonly groupBits?: readonly number[];
}

export const groupMapWords = 16;

/** The 16 words of the group map; the lowest bit of the first word is bit 0. Bits beyond the map are left out. */
export const groupMapOf = (bits: readonly number[]): readonly number[] => {
  const words = Array.from({ length: groupMapWords }, () => 0);
  for (const bit of bits) {
    const index = bit >> 4;
    if (bit >= 0 && index < groupMapWords) words[index] = (words[index] ?? 0) | (1 << (bit & 15));
  }
  return words;
};

/** The address a template writes for a channel (from 1). */
export const writeAddress = (template: WriteTemplate, channel: number): number =>
  template.address + template.channelStep * (channel - 1);

/** The words of a template, filled from the order; what the order does not say is 0, which never sounds anything. */
export const writeWords = (template: WriteTemplate, input: WriteInput): readonly number[] =>
  template.values.flatMap((value) => {
    if ('word' in value) return [value.word];
    switch (value.from) {
      case 'durationMs':
        return [input.durationSteps ?? 0];
      case 'track':
        return [input.track ?? 0];
      case 'tone':
        return [input.tone ?? 0];
      case 'volume':
        return [input.volume ?? 0];
      case 'groupMap':
        return groupMapOf(input.groupBits ?? []);
    }
  });

const bytesOf = (word: number): readonly number[] => [(word >> 8) & 0xff, word & 0xff];

/**
 * The PDU of a template: function, address, data (Modbus application protocol V1.1b3, sections 6.5, 6.6, 6.11, 6.12).
 * Function 5 carries the word as it stands: relay boards give meanings of their own to values other than FF00 and 0000.
 */
export const encodeWrite = (template: WriteTemplate, input: WriteInput): Uint8Array => {
  const words = writeWords(template, input);
  const head = [template.function, ...bytesOf(writeAddress(template, input.channel))];
  switch (template.function) {
    case 5:
    case 6:
      return Uint8Array.from([...head, ...bytesOf(words[0] ?? 0)]);
    case 15: {
      const packed = Array.from({ length: Math.ceil(words.length / 8) }, () => 0);
      words.forEach((word, index) => {
        if (word !== 0) packed[index >> 3] = (packed[index >> 3] ?? 0) | (1 << (index & 7));
      });
      return Uint8Array.from([...head, ...bytesOf(words.length), packed.length, ...packed]);
    }
    case 16:
      return Uint8Array.from([...head, ...bytesOf(words.length), 2 * words.length, ...words.flatMap(bytesOf)]);
  }
};
