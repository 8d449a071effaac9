import type { StoragePlan } from '../plugins/plugins.ts'

/** A storage object that is served, or why it is not. */
export type StorageOutcome = { readonly plan: StoragePlan } | { readonly why: string }
