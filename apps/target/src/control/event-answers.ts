import type { ControlService } from '@lunkit/control'
import type { ControlParts } from './control-parts.ts'

type EventService = Pick<ControlService, 'events'>

/** What happens. */
export function eventAnswers({ witness }: ControlParts): EventService {
  return {
    events: async ({ kinds }, tell) =>
      witness.events.listen(event => {
        if (kinds === undefined || kinds.includes(event.kind)) tell(event)
      }),
  }
}
