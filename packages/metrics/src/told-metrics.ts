import type { Counters } from './exposition/counts.ts'
import type { Inventory } from './families/inventory-families.ts'

/** What metrics are made of: the answers of lunkitd's methods `counters` and `inventory`. */
export interface ToldMetrics {
  readonly counters: Counters
  readonly inventory: Inventory
}
