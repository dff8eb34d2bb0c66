import { permanent, transient, type ErrorEntry } from './entry.ts';

/** Warning audio pushed by the centre: chunks, hashes, the store. */
export const mediaErrors = {
  'media-chunk-unwanted': permanent('没有请求过音频 {sha256}', 'audio {sha256} was not asked for'),
  'media-chunk-offset': permanent(
    '音频块从 {offset} 开始，请求的是 {expected}',
    'the chunk begins at {offset}, asked for was {expected}',
  ),
  'media-chunk-size': permanent(
    '音频块 {bytes} 字节，请求的是至多 {max}',
    'a chunk of {bytes} bytes, asked for were at most {max}',
  ),
  'media-chunk-base64': permanent('音频块不是有效的 base64', 'the chunk is no valid base64'),
  'media-hash-wrong': permanent(
    '音频内容与指令中的 SHA-256 不符，已删除',
    'the audio is not what its SHA-256 says; it was deleted',
  ),
  'media-torn': transient(
    '断电前收到的部分已损坏，重新接收',
    'what came before the power failed is damaged: asked again',
  ),
  'media-format-wrong': permanent('音频不是 {said} 格式', 'the audio is not of the format {said}'),
  'media-duration-wrong': permanent(
    '音频长 {ms} 毫秒，指令说 {said} 毫秒',
    'the audio lasts {ms} ms, the order says {said} ms',
  ),
  'media-disk-low': transient(
    '磁盘剩余 {free} MB，存下音频后将少于 {floor} MB',
    '{free} MB of the disk are free: with the audio fewer than {floor} would be left',
  ),
  'media-lost': permanent('已存的音频 {sha256} 不见了', 'the stored audio {sha256} is gone'),
} as const satisfies Record<string, ErrorEntry>;
