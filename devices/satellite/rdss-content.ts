/** What a message carries: Chinese text (GB2312), digits of 4 bits, or any bytes (sent with a leading A4). */
export type RdssContent =
  | { readonly mode: 'chinese'; readonly text: string }
  | { readonly mode: 'code'; readonly digits: string }
  | { readonly mode: 'mixed'; readonly bytes: Uint8Array };

export type RdssRejection = {
  readonly frame: 'rejected';
  readonly reason: 'checksum' | 'length' | 'content';
  readonly name: string;
};
