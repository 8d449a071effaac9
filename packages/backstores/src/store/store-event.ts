import type { FaultCause } from './fault-cause.ts'

/** What a storage object reports by itself. */
export type StoreEvent =
  /** `sizeBytes` has changed. */
  | { readonly kind: 'resized' }
  /** The store cannot serve for now (a dead lane), or can again. */
  | { readonly kind: 'availability'; readonly available: boolean }
  /** What was opened is not what the store has now: it serves nothing any more. */
  | { readonly kind: 'fileChanged' }
  /** A flush failed: writes that were acknowledged may be lost. Sticky until cleared. */
  | { readonly kind: 'flushFailed'; readonly cause?: FaultCause | undefined }
  /** Somebody has cleared that: writes and flushes are served again. */
  | { readonly kind: 'faultCleared' }
  /** The space behind a thin store has run out. */
  | { readonly kind: 'spaceExhausted' }
