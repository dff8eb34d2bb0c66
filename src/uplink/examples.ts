/**
 * Worked examples, printed into the AsyncAPI document. The keys are of no secrecy: the centre's seed is the bytes
 * 01 02 … 20 (hex), the box's seed 21 22 … 40. A test checks every signature here.
 */
const at = { mono: 86_400_000, wall: 1_783_688_401_000, trust: 'trusted' };
const journal = { records: 12, head: '5e1f0c2a9b7d4e3f8a6c1b0d2e4f6a8c0b1d3f5a7c9e0b2d4f6a8c1e3b5d7f90' };
const box = 'shiling-01';
const alert = '51082441600000_20260710210000_1';
const order = '0123456789abcdef0123456789abcdef';

export const exampleKeys = {
  centre: {
    id: 'county-1',
    seed: 'AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=',
    publicKey: 'ebVWLo/mVPlAeLES6KmLp5AfhTrmlb7X4OORC60ElmQ=',
  },
  box: {
    seed: 'ISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+P0A=',
    publicKey: '5/FioQvsVZr+oZXk3OhLaVaNXSywlj60RsBoXisX8vA=',
  },
} as const;

/** What is inside the signed strings, by the name of its schema. `JSON.stringify` of these is what was signed. */
export const signedExamples: Readonly<Record<string, unknown>> = {
  Envelope: {
    v: 1,
    key: exampleKeys.centre.id,
    scope: '510824100',
    counter: 1,
    notBefore: 1_783_688_400_000,
    validForS: 3600,
    class: 'drill',
    id: order,
    body: {
      kind: 'issue',
      alert: {
        id: alert,
        status: 'drill',
        class: 'emergency',
        event: '11D02',
        severity: 'red',
        stage: 'now',
        authority: 'county',
        voice: 'recorded',
        zones: ['510824100'],
        headline: '地质灾害红色预警（演练）',
        text: '这是演练。地质灾害红色预警，请立即转移到安全地带。',
        plan: null,
        sirenUnlocked: false,
      },
    },
  },
  SignedTime: {
    v: 1,
    type: 'time',
    key: exampleKeys.centre.id,
    box,
    nonce: '00112233445566778899aabbccddeeff',
    at: 1_783_688_400_000,
  },
  SignedReceipt: {
    v: 1,
    type: 'ack.received',
    box,
    receipt: {
      number: 1,
      at,
      trace: order,
      alert,
      broadcast: null,
      status: 'drill',
      body: { stage: 'received' },
    },
  },
  SignedSnapshot: {
    v: 1,
    type: 'box.snapshot',
    sequence: 1,
    box,
    boot: 'b-1',
    software: '0.1.0',
    at,
    journal,
    receipts: { latest: 1, acknowledged: 0, gone: 0 },
    broadcasts: [],
    terminals: [{ id: 'siren-1', health: 'well', sounding: 'no', ageMs: 1200 }],
    troubles: [],
  },
  SignedOutcome: {
    v: 1,
    type: 'order.outcome',
    box,
    at,
    order,
    outcome: { stage: 'ended', how: 'completed', due: 3, sounded: 2, failed: 0, unknown: 1 },
  },
  SignedStatus: {
    v: 1,
    type: 'box.status',
    sequence: 2,
    box,
    boot: 'b-1',
    at,
    journal,
    receipts: { latest: 1, acknowledged: 1, gone: 0 },
    nonce: 'ffeeddccbbaa99887766554433221100',
  },
};

const signedText = (name: string): string => JSON.stringify(signedExamples[name]);

/** One example a message, by its `type`. */
export const messageExamples: Readonly<Record<string, readonly unknown[]>> = {
  snapshot: [
    {
      type: 'snapshot',
      signed: signedText('SignedSnapshot'),
      signature: 'o/byCyxhFLSgHEHlduhWmUunwN4ZYzbuNQPIrovBmfH83TxpBH3h6i/5OZ0SF14OYZce7owbpHJ7QaXcGWu8Bg==',
    },
  ],
  receipts: [
    {
      type: 'receipts',
      items: [
        {
          signed: signedText('SignedReceipt'),
          signature: 'xd37bd6v03ZqbKe3rRqecLB+CyEJ/PZuXn+xH4OviC3fQ4lG1ULZE2R7ri23twOOnCESdY25TXfGTUYbrxLxDg==',
        },
      ],
    },
  ],
  status: [
    {
      type: 'status',
      signed: signedText('SignedStatus'),
      signature: 'X8+U2wlStJFsOw8aDoKMTthMy0c1tClcxnxaK9OxzhONMFuB8oT1Jn7nSS8D2KjxIyyMEVWfHjGmcckJwXI5BQ==',
    },
  ],
  outcome: [
    {
      type: 'outcome',
      signed: signedText('SignedOutcome'),
      signature: 'DvSX5SZLYZTE3kur0mEly4lOY3ycN2XT6HYEIIKsMUg6OUT+3sg7lt7Rce+EeUxt433yXAdtMuRvXXRXJrqfCg==',
    },
  ],
  'time-request': [{ type: 'time-request', nonce: '00112233445566778899aabbccddeeff' }],
  'audio-wanted': [
    {
      type: 'audio-wanted',
      order,
      sha256: 'be1c45af2f1d8a4d11e9e8a0ab6e7c7d2b0b8b7e6ab2b2fbb3a9ee0f4c5a3c11',
      offset: 1024,
      length: 2048,
    },
  ],
  'audio-progress': [
    {
      type: 'audio-progress',
      order,
      sha256: 'be1c45af2f1d8a4d11e9e8a0ab6e7c7d2b0b8b7e6ab2b2fbb3a9ee0f4c5a3c11',
      received: 96044,
      bytes: 96044,
      state: 'stored',
      code: null,
    },
  ],
  problem: [
    {
      type: 'problem',
      code: 'uplink-message-shape',
      field: 'number',
      zh: '消息不合规范：number 须为整数',
      en: 'the message does not fit the document: number must be integer',
    },
  ],
  order: [
    {
      type: 'order',
      key: exampleKeys.centre.id,
      signature: 'A8Z6CTY3ZIZOCC3kU+tbsj0K/ZVbZiQpRX1+V5ygkOF00jEYLy4zdQf9jSX17mE9aa6HOYX2NPiWQAIS8Y4cDQ==',
      envelope: signedText('Envelope'),
    },
  ],
  time: [
    {
      type: 'time',
      key: exampleKeys.centre.id,
      signature: 'aKS2BdDoTOrtpihBrCEnNSXpQbCS5+oGPPLAvSZ2/mwKbk2ZDDD5nC9ZAI7cbiwwI1CG0zz9znZdmtfBQPB0CA==',
      statement: signedText('SignedTime'),
    },
  ],
  'audio-chunk': [
    {
      type: 'audio-chunk',
      sha256: 'be1c45af2f1d8a4d11e9e8a0ab6e7c7d2b0b8b7e6ab2b2fbb3a9ee0f4c5a3c11',
      offset: 1024,
      data: 'UklGRg==',
    },
  ],
  acknowledge: [{ type: 'acknowledge', number: 1 }],
  ping: [{ type: 'ping', nonce: 'ffeeddccbbaa99887766554433221100' }],
};
