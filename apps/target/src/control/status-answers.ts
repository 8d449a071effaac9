import type { AnswerOf, ControlService } from '@lunkit/control'
import type { ControlParts } from './control-parts.ts'
import { statusFacts } from './status-facts.ts'
import type { Trouble } from './trouble.ts'
import { troublesOf } from './troubles.ts'

type StatusService = Pick<ControlService, 'status'>
type Status = AnswerOf<'status'>

/** How lunkitd is. */
export function statusAnswers(parts: ControlParts): StatusService {
  return {
    status: async () => {
      const troubles = troublesOf(parts)
      const facts = statusFacts(parts)
      return {
        ...facts,
        health: healthOf(parts, facts.counts, troubles),
        troubles: troubles.map(({ path, wrong, remedy }) => ({ path, wrong, remedy })),
      }
    },
  }
}

/** Where LUNs are to be served and none is, nothing else matters. */
function healthOf(
  { served }: ControlParts,
  { luns }: Status['counts'],
  troubles: readonly Trouble[],
): Status['health'] {
  if (served.plan.lunsInFile > 0 && luns === 0) return 'failed'
  return troubles.some(({ harms }) => harms) ? 'degraded' : 'ok'
}
