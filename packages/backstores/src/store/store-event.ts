import type { FaultCause } from './fault-cause.ts'

/** What a storage object reports by itself. */
export type StoreEvent =
  /** `sizeBytes` has changed. */
  | { readonly kind: 'resized' }
  /** The store cannot serve for now (a dead lane), or can again. */
  | { readonly kind: 'availability'; readonly available: boolean }
  /** What was opened is not what the store has now: it serves nothing any more. */
  | { readonly kind: 'fileChanged' }
  /** The device below has gone: nothing is served until it is back. */
  | { readonly kind: 'deviceGone' }
  /** It is back, at this path, and was opened anew: it is served again. */
  | { readonly kind: 'deviceBack'; readonly path: string }
  /** What is there in its place is not served, and why. */
  | { readonly kind: 'deviceRefused'; readonly why: string }
  /** A flush failed: writes that were acknowledged may be lost. Sticky until cleared. */
  | { readonly kind: 'flushFailed'; readonly cause?: FaultCause | undefined }
  /** Somebody has cleared that: writes and flushes are served again. */
  | { readonly kind: 'faultCleared' }
  /** The space behind a thin store has run out. */
  | { readonly kind: 'spaceExhausted' }
