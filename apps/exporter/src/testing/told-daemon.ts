import type { ResultOf } from '@lunkit/control/client'

/** What a lunkitd tells of itself that has done nothing yet. */
export const DAEMON = {
  version: '1.2.3',
  node: 'v24.21.0',
  started: 1_796_000_000,
  standstills: { times: 0, seconds: 0 },
  calls: [],
  sessionsLeftOut: 0,
} satisfies Partial<ResultOf<'inventory'>>
