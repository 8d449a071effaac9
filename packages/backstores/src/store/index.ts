/** @lunkit/backstores/store: the contract between a store and whoever uses it, without any store. */
import '../node-version.ts'

export type { Extent } from './extent.ts'
export type { FaultCause } from './fault-cause.ts'
export { FaultClearing, type FlushFailure } from './flush-failure.ts'
export type { Store } from './store.ts'
export { StoreEngine } from './store-engine.ts'
export type { StoreEvent } from './store-event.ts'
export { StoreFault } from './store-fault.ts'
export type { StoreFeatures } from './store-features.ts'
export { type StoreListener, StoreListeners } from './store-listeners.ts'
export { StoreOperation } from './store-operation.ts'
export { StoreRequest, type StoreRequestOwner } from './store-request.ts'
