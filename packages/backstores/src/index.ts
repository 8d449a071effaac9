/** @lunkit/backstores: storage objects, the layers that stack on them, and the worker lanes. */
export { StoreFault, StoreOperation, StoreRequest } from './store.ts'
export type { Extent, Store, StoreEvent, StoreFeatures, StoreRequestOwner } from './store.ts'
