import type { Store } from '@lunkit/backstores/store'

/** The store of a unit that has no medium. */
export const absentStore: Store = {
  plugin: 'none',
  productName: 'NONE',
  name: '',
  rotational: true,
  sizeBytes: 0,
  features: {
    write: false,
    discard: false,
    extents: false,
    discardsToZeroes: false,
    discardGranularityBytes: 0,
    writeBack: false,
  },
  available: true,
  submit(request) {
    request.fault = 'gone'
    return true
  },
  checkSize: () => Promise.resolve(),
  flushFailure: undefined,
  clearFault: () => 'none',
  resize: () => Promise.resolve('unsupported'),
  listen: () => () => {},
  close: () => Promise.resolve(undefined),
}
