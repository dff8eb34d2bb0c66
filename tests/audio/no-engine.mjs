// Stands for the speech child of a box on which npm has left out the optional package.
process.on('message', ({ id }) =>
  process.send({ id, failure: { code: 'audio-no-engine', params: { detail: 'Cannot find package' } } }),
);
process.on('disconnect', () => process.exit(0));
