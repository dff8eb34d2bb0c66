import { ok } from '../../src/words/failure.ts';
import type { AsyncapiDocument } from './asyncapi-document.ts';
import type { CentreKey } from './centre-keys.ts';
import { centreFailed, type CentreResult } from './codes.ts';
import type { Folder } from './folder.ts';
import type { SignedOrder } from './orders.ts';
import { satelliteOrder, type OrderContent, type SatelliteSite } from './satellite-order.ts';
import { readReport, type SatelliteReport } from './satellite-report.ts';

/** A report with the centre's wall time of its arrival. */
export interface ArrivedReport {
  readonly report: SatelliteReport;
  readonly arrivedAt: number;
}

/** The satellite way: compact orders out, reports of boxes in. Framing of the terminal (`A4`, TXSQ) is not done here. */
export interface SatelliteDesk {
  /** Takes a report; of the only site when no box is named (a card's number would name it). */
  readonly satelliteReceived: (bytes: Uint8Array, box?: string) => CentreResult<SatelliteReport>;
  /** The compact form of an order that was signed here: same id, same counter. */
  readonly makeSatelliteOrder: (order: SignedOrder, box?: string) => CentreResult<Uint8Array>;
  /** Newest last, at most 200. */
  readonly satelliteReports: () => readonly ArrivedReport[];
}

export interface SatellitePorts {
  readonly document: AsyncapiDocument;
  readonly key: CentreKey;
  readonly wall: () => number;
  readonly sites: readonly SatelliteSite[];
  readonly changed: () => void;
}

const reportsKept = 200;

const lastCounters = async (folder: Folder): Promise<Map<string, number>> => {
  const last = new Map<string, number>();
  for (const line of await folder.read('satellite.ndjson')) {
    if (typeof line !== 'object' || line === null || !('box' in line) || !('counter' in line)) continue;
    if (typeof line.box === 'string' && typeof line.counter === 'number') last.set(line.box, line.counter);
  }
  return last;
};

export const openSatelliteDesk = async (folder: Folder, ports: SatellitePorts): Promise<SatelliteDesk> => {
  const { document, key, wall, sites, changed } = ports;
  const last = await lastCounters(folder);
  const log = folder.log('satellite.ndjson');
  const reports: ArrivedReport[] = [];
  const siteOf = (box: string | undefined): SatelliteSite | undefined =>
    box === undefined && sites.length === 1 ? sites[0] : sites.find((site) => site.box === box);
  return {
    satelliteReports: () => [...reports],
    satelliteReceived: (bytes, box) => {
      const site = siteOf(box);
      if (site === undefined) return centreFailed('centre-satellite-closed', box ?? '', 'box');
      const report = readReport(site, last.get(site.box) ?? 0, bytes);
      if (report === null) return centreFailed('centre-satellite-shape', `${bytes.length}`);
      last.set(site.box, report.counter);
      reports.push({ report, arrivedAt: wall() });
      if (reports.length > reportsKept) reports.shift();
      // Without the line a report could be taken again after a restart; it moves nothing, so the report stands.
      log
        .append({ box: site.box, counter: report.counter, arrivedAt: wall(), hex: Buffer.from(bytes).toString('hex') })
        .catch(changed);
      changed();
      return ok(report);
    },
    makeSatelliteOrder: (order, box) => {
      const site = siteOf(box);
      if (site === undefined) return centreFailed('centre-satellite-closed', box ?? '', 'box');
      const content = document.content('order', order.envelope);
      if (!content.ok) return centreFailed('centre-satellite-shape', order.kind);
      return satelliteOrder(content.value as OrderContent, site, key);
    },
  };
};
