import childProcess from 'node:child_process';
import dgram from 'node:dgram';
import dns from 'node:dns';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import tls from 'node:tls';
import workerThreads from 'node:worker_threads';

/** What was tried while it was watched, each name once. */
export interface WaysOut {
  /** From now on, until it is called with false. */
  readonly watch: (isWatching: boolean) => void;
  readonly taken: () => readonly string[];
  readonly end: () => void;
}

/** Classes, and what others use all the time without opening anything. */
const passedOver = /^(?:[A-Z_]|to[A-Z]|close|get(?:Default|DefaultAuto)|set(?:Default|Max|Global)|is[A-Z]|validate|_)/;

const modules: Readonly<Record<string, object>> = {
  ...{ fs, 'fs.promises': fs.promises, net, tls, dns, dgram, http, https },
  ...{ child_process: childProcess, worker_threads: workerThreads },
};

/** Every function of Node that opens a file, a socket or a process, watched while a parser is at work. */
export const watchWaysOut = (): WaysOut => {
  const taken = new Set<string>();
  const undo: (() => void)[] = [];
  let watching = false;
  const stand = (what: string, from: object): void => {
    for (const name of Object.keys(from)) {
      const real: unknown = Reflect.get(from, name);
      if (typeof real !== 'function' || passedOver.test(name)) continue;
      const double = Object.assign((...args: readonly unknown[]): unknown => {
        if (watching) taken.add(`${what}.${name}`);
        const given: unknown = Reflect.apply(real, from, args);
        return given;
      }, real);
      if (!Reflect.set(from, name, double)) continue;
      undo.push(() => void Reflect.set(from, name, real));
    }
  };
  for (const [what, from] of Object.entries(modules)) stand(what, from);
  syncBuiltinESMExports();
  return {
    watch: (isWatching) => void (watching = isWatching),
    taken: () => [...taken],
    end: () => {
      for (const one of undo) one();
      syncBuiltinESMExports();
    },
  };
};
