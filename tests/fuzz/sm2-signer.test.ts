import { expect, test } from 'vitest';
import { readEnvelope } from '../../src/intake/envelope.ts';
import { contextWith, envelopeOf, senderKey } from '../intake/fixture.ts';
import { signedBySm2, sm2PublicKey } from './sm2-signer.ts';

test('an order that the SM2 signer of these targets signs is an order, and the same again is signed alike', () => {
  const context = contextWith([senderKey({ id: 'a', publicKey: sm2PublicKey, algorithm: 'sm2' })]);
  const signed = signedBySm2(envelopeOf({ key: 'a' }), 'a');
  expect(readEnvelope(signed, context, 'websocket').ok).toBe(true);
  expect(signedBySm2(envelopeOf({ key: 'a' }), 'a')).toEqual(signed);
});
