/** How a unit is taken away: its LUN goes, while the disk stays open; or both go. */
export type Removal = 'unmap' | 'close'

/**
 * A change of a unit that is under load: its LUN goes, with or without the storage object, and comes back, or it gets another
 * size.
 */
export type LoadedEdit =
  | { readonly kind: Removal | 'restore'; readonly lun: number }
  | { readonly kind: 'resize'; readonly lun: number; readonly blocks: number }
