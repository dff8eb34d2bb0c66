/**
 * Why package.json bends the tree that npm would lay out, one reason for each override, by the path of its keys. A reason
 * without an override is an error, and so is an override without a reason.
 */
export const overrideReasons: Readonly<Record<string, string>> = {
  'johnny-five > firmata':
    'the real one brings serialport 8, which compiles at install time; we hand the board its io, which is firmata-io',
  'johnny-five > serialport': 'its own is 8, compiled at install time with prebuild-install, tar-fs, npmlog and nan',
  'johnny-five > browser-serialport': 'it asks for "latest", which is no version: every install could differ',
  'johnny-five > temporal': 'it asks for "latest", which is no version: every install could differ',
  'johnny-five > chalk': 'its own is 2.1.0 of 2017, with five more packages of that age; 4 is called the same way',
  'johnny-five > color-convert':
    'its own is 1.2.2 of 2015; 2 is what chalk 4 brings anyway, and is called the same way',
  'light-my-request': '6.8 needs cookie 2, which needs Node 22; the box runs on 20.19',
  debug: 'serialport pins 4.4.0; one newest 4 for all',
  '@serialport/bindings-cpp > @serialport/parser-delimiter': 'its own is 12 beside the 13 of serialport itself',
  '@serialport/bindings-cpp > @serialport/parser-readline': 'its own is 12 beside the 13 of serialport itself',
};

/** Packages that are there in more than one version, each with the reason why no override can make them one. */
export const twiceReasons: Readonly<Record<string, string>> = {
  ajv: 'fastify is written for 8 and eslint for 6; Stryker pins a minor version of 8 for development',
  'fast-uri': 'fastify itself is written for 4, its ajv 8 for 3',
  'json-schema-traverse': 'ajv 8 is written for 1, ajv 6 for 0.4',
  'process-warning': 'light-my-request is written for 4, fastify for 5',
  semver: 'Babel 7, which Stryker reads code with, is written for 6; Stryker pins a minor version of 7',
  tslib: 'Stryker pins a minor version',
  chalk: '5 is of ES modules only, which Stryker is written for; johnny-five is CommonJS',
  minimatch: 'eslint is written for 11, Stryker for 10',
  'eslint-visitor-keys': 'typescript-eslint reads trees of 5, the utilities of eslint of 3',
  ignore: 'typescript-eslint is written for 7, eslint for 5',
  'js-tokens': 'Babel 7 is written for 4, the coverage reader for 10',
  hookified: 'the file cache of eslint is written for 1, the messages below it for 2',
  'path-key': 'cross-spawn is CommonJS and written for 3, npm-run-path is of ES modules and written for 4',
};

/** Packages whose authors gave them up, each with the reason why it is there all the same. */
export const deprecatedReasons: Readonly<Record<string, string>> = {};

/** The stale part of johnny-five's own tree; each of them compiles, downloads or is years old, and none may come back. */
export const banished: readonly string[] = [
  '@serialport/bindings',
  'prebuild-install',
  'npmlog',
  'tar-fs',
  'nan',
  'are-we-there-yet',
  'gauge',
];
