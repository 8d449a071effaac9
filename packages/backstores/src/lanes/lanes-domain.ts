import { object } from '@lunkit/wire'

/** Lanes, where a store is opened with them. */
export const LANES = object(
  'lanes, as createLanes() returns them',
  lanes => typeof (lanes as { readonly attach?: unknown }).attach === 'function',
)
