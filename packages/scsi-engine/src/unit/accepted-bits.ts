import { type Cdb, type CdbMaps, refusing } from '@lunkit/scsi'
import type { LogicalUnit } from './logical-unit.ts'

/** What a unit without DPOFUA refuses in every CDB that has it. */
const DPO_AND_FUA = ['dpo', 'fua']

const withoutDpoFua = new WeakMap<Cdb, CdbMaps>()

/** Which bits of a CDB this unit looks at and takes: what is checked on arrival, and what is reported of the command. */
export function acceptedBy(unit: LogicalUnit, cdb: Cdb): CdbMaps {
  if (unit.dpoFua) return cdb
  let maps = withoutDpoFua.get(cdb)
  if (!maps) {
    maps = refusing(cdb, DPO_AND_FUA)
    withoutDpoFua.set(cdb, maps)
  }
  return maps
}
