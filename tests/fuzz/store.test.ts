import { smoke } from './smoke.ts';
import { journalExport, journalSegment, smallFiles, stateFolder } from './targets/store.ts';

smoke([journalSegment, stateFolder, journalExport, smallFiles]);
