import type { LaneEvent } from '@lunkit/backstores'

/** What Node's warning is known by: `node --disable-warning=LUNKIT_WITHOUT_KOFFI` silences it. */
const CODE = 'LUNKIT_WITHOUT_KOFFI'
let warned = false

/** For a program that does not listen to its lanes: that koffi is missing is told by Node's own channel, once a process. */
export function warnOfLanes(event: LaneEvent): void {
  if (event.kind !== 'withoutLibc' || warned) return
  warned = true
  const [reason] = event.cause.message.split('\n')
  process.emitWarning(`lunkit works without koffi (${reason}): ${event.meaning}`, { type: 'LunkitWarning', code: CODE })
}
