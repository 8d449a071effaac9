import type { Cost, Patience } from './cost.ts'
import { sessionCosts } from './sessions.ts'
import { initiatorCosts, lunCosts } from './started.ts'

/** What there can be few or many of. */
export interface Subject {
  /** Of one. */
  readonly name: string
  /** Of many. */
  readonly names: string
  /** What one is here. */
  readonly meaning: string
  /** What `tookMs` is. */
  readonly took: string
  readonly costs: (counts: readonly number[], patience: Patience) => AsyncGenerator<Cost>
}

/** Each by itself, in the order of the report. */
export const subjects: readonly Subject[] = [
  {
    name: 'session',
    names: 'sessions',
    meaning:
      'an initiator with a name of its own that has logged in to one target and read a block, and is pinged every 5 s, as Linux pings; all sessions at one lunkitd, more and more of them',
    took: 'logins of those that came',
    costs: sessionCosts,
  },
  {
    name: 'LUN',
    names: 'LUNs',
    meaning:
      'a file of its own, fifty to a target, that nobody uses; of each count a lunkitd that was started with them',
    took: 'from the start to a block of the last one',
    costs: lunCosts,
  },
  {
    name: 'initiator',
    names: 'initiators',
    meaning:
      'an ACL of its own with a mapped LUN, all of one target, that nobody is logged in by; of each count a lunkitd that was started with them',
    took: 'from the start to a block of the LUN',
    costs: initiatorCosts,
  },
]
