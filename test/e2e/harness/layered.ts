import { DelayLayer, FailLayer, type Store } from '@lunkit/backstores'
import type { Storage } from 'lunkit'

/** A storage object with something before its store. */
const layered = (storage: Storage, layer: (behind: Store) => Store): Storage => ({
  ...storage,
  open: async resources => layer(await storage.open(resources)),
})

/** A disk whose operations a test holds back. */
export interface HeldBack {
  readonly storage: Storage
  /** There once the disk is open. */
  readonly delay: DelayLayer
}

/** Puts a delay layer before a disk. */
export function holdingBack(storage: Storage): HeldBack {
  let delay: DelayLayer | undefined
  return {
    storage: layered(storage, behind => {
      delay = new DelayLayer(behind)
      return delay
    }),
    get delay() {
      if (!delay) throw new Error('the disk is not open yet')
      return delay
    },
  }
}

/** A disk whose operations a test makes fail. */
interface Failing {
  readonly storage: Storage
  /** There once the disk is open. */
  readonly faults: FailLayer
}

/** Puts a fail layer before a disk. */
export function failing(storage: Storage): Failing {
  let faults: FailLayer | undefined
  return {
    storage: layered(storage, behind => {
      faults = new FailLayer(behind)
      return faults
    }),
    get faults() {
      if (!faults) throw new Error('the disk is not open yet')
      return faults
    },
  }
}
