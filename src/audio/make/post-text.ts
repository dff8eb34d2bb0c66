import type { ProgramEnd } from './run-program.ts';

export interface Posting {
  readonly url: string;
  readonly text: string;
  readonly timeLimitMs: number;
  readonly mostBytes: number;
}

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'unknown';
  const { cause } = error;
  if (cause instanceof Error && 'code' in cause) return String(cause.code);
  return error.name === 'TimeoutError' ? 'no answer in time' : error.message;
};

const bodyOf = async (response: Response, mostBytes: number): Promise<ProgramEnd> => {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  if (response.body === null) return { why: 'empty answer' };
  const body: AsyncIterable<Uint8Array> = response.body;
  for await (const part of body) {
    bytes += part.length;
    if (bytes > mostBytes) return { why: `more than ${mostBytes} bytes` };
    parts.push(part);
  }
  return { output: Buffer.concat(parts) };
};

/** Posts a text and takes the answer's bytes; follows no redirection, bounded in time and size. Never rejects. */
export const postText = async ({ url, text, timeLimitMs, mostBytes }: Posting): Promise<ProgramEnd> => {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'text/plain; charset=utf-8', accept: 'audio/wav' },
      body: text,
      redirect: 'error',
      signal: AbortSignal.timeout(timeLimitMs),
    });
    if (response.ok) return await bodyOf(response, mostBytes);
    await response.body?.cancel();
    return { why: `HTTP ${response.status}` };
  } catch (error) {
    return { why: reasonOf(error) };
  }
};
