import { describe, expect, it } from 'vitest';
import { beidouRdss } from '../../devices/satellite/beidou-rdss.ts';
import { syn6288 } from '../../devices/speech/syn6288.ts';
import { speechMs, spokenText } from '../../emulator/unit/speech-chip.ts';
import type { SatelliteMessage } from '../../emulator/unit/satellite-terminal.ts';
import { bytesOf, hex, stand } from './village.ts';

const speak = (text: string): Uint8Array => syn6288.host.encode({ command: 'speak', text })!;

describe('a speech chip', () => {
  it('accepts the datasheet’s own frame, speaks a quarter of a second for each character, and says when it has ended', () => {
    const stage = stand();
    const frame = bytesOf('FD 00 0B 01 00 D3 EE D2 F4 CC EC CF C2 C1');
    expect(hex(stage.talk('voice', frame, 900))).toBe('41');
    expect(stage.core.chips.get('voice')?.saying?.text).toBe('宇音天下');
    expect(hex(stage.talk('voice', bytesOf('FD 00 02 21 DE'), 50))).toBe('414E');
    expect(hex(stage.talk('voice', new Uint8Array(), 200))).toBe('4F');
    expect(hex(stage.talk('voice', bytesOf('FD 00 02 21 DE')))).toBe('414F');
  });

  it('rejects a wrong checksum and a length that is none', () => {
    const stage = stand();
    expect(hex(stage.talk('voice', bytesOf('FD 00 02 21 DF')))).toBe('45');
    expect(hex(stage.talk('voice', bytesOf('FD 00 FF 01 00')))).toBe('45');
  });

  it('forgets a frame whose bytes come more than 8 ms apart', () => {
    const stage = stand();
    const frame = bytesOf('FD 00 02 21 DE');
    stage.talk('voice', frame.subarray(0, 2), 20);
    expect(stage.talk('voice', frame.subarray(2))).toHaveLength(0);
    stage.talk('voice', frame.subarray(0, 2), 8);
    expect(hex(stage.talk('voice', frame.subarray(2)))).toBe('414F');
  });

  it('is interrupted by a new text, and stopped by stop without a word about its end', () => {
    const stage = stand();
    stage.talk('voice', speak('第一句很长很长很长'), 500);
    expect(hex(stage.talk('voice', speak('第二句'), 100))).toBe('41');
    expect(stage.core.chips.get('voice')?.saying?.text).toBe('第二句');
    expect(hex(stage.talk('voice', bytesOf('FD 00 02 02 FD'), 5000))).toBe('41');
    expect(stage.core.chips.get('voice')?.saying).toBeNull();
  });

  it('goes on after a pause where it stood', () => {
    const stage = stand();
    stage.talk('voice', speak('一二三四'), 500);
    stage.talk('voice', bytesOf('FD 00 02 03 FC'), 5000);
    expect(hex(stage.talk('voice', bytesOf('FD 00 02 04 FB'), 300))).toBe('41');
    expect(hex(stage.talk('voice', new Uint8Array(), 500))).toBe('4F');
  });

  it('does not speak its control tags, and knows the length of its own sounds', () => {
    expect(spokenText('[v16][t3]请立即转移')).toBe('请立即转移');
    expect(speechMs('[v16]请立即转移')).toBe(5 * 250);
    expect(speechMs('soundr，请')).toBe(4000 + 2 * 250);
  });
});

describe('a satellite terminal', () => {
  it('answers card check and self-test', () => {
    const stage = stand();
    const host = beidouRdss.host.decoder();
    const card = host.push(stage.talk('beidou', bytesOf('24 49 43 4A 43 00 0C 00 00 00 00 2B')));
    expect(card).toMatchObject([{ frame: 'ICXX', user: 263_172, periodS: 60, level: 3 }]);
    const test = host.push(stage.talk('beidou', bytesOf('24 58 54 5A 4A 00 0D 00 00 00 00 00 35')));
    expect(test).toMatchObject([{ frame: 'ZJXX', icFault: 0, hardwareFault: 0, inbound: 2 }]);
  });

  it('sends one message a period, tells how long to wait, and hands the message to the centre', () => {
    const messages: SatelliteMessage[] = [];
    const stage = stand({ onMessage: (message) => messages.push(message) });
    const order = bytesOf('24 54 58 53 51 00 1E 04 04 04 44 03 0D 41 00 60 00 B1 A9 D3 EA BA EC C9 AB D4 A4 BE AF 2F');
    expect(hex(stage.talk('beidou', order))).toBe('24464B5858001004040400' + '5458535133');
    expect(messages).toMatchObject([{ to: 200_001, content: { mode: 'chinese', text: '暴雨红色预警' } }]);
    stage.clock.advance(18_000);
    expect(hex(stage.talk('beidou', order))).toBe('24464B58580010040404040000002A13');
    stage.clock.advance(42_000);
    stage.talk('beidou', order);
    expect(messages).toHaveLength(2);
  });

  it('delivers a message from above, byte for byte', () => {
    const stage = stand();
    stage.core.satellite?.inject(200_001, { mode: 'chinese', text: '暴雨红色预警' });
    const frame = stage.talk('beidou', new Uint8Array());
    expect(hex(frame)).toBe(
      hex(bytesOf('24 54 58 58 58 00 20 04 04 04 40 03 0D 41 0A 1E 00 60 B1 A9 D3 EA BA EC C9 AB D4 A4 BE AF 00 03')),
    );
  });
});
