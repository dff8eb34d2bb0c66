import { runCli } from './cli.ts';
import { serve } from './serve.ts';

// Whoever reads no further (`| head`) ends neither a command nor the centre.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

const out = (line: string): void => void process.stdout.write(`${line}\n`);
const err = (line: string): void => void process.stderr.write(`${line}\n`);

process.exitCode = await runCli(process.argv.slice(2), {
  environment: process.env,
  out,
  err,
  serve: (options, language) => serve(options, language, { out, err }),
});
