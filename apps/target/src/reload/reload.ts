import { setTimeout as delay } from 'node:timers/promises'
import { ExitCode } from '../exit-code.ts'
import type { Request } from '../options.ts'
import type { Terminal } from '../terminal.ts'
import { whyOf } from '../why.ts'
import { type Outcome, readOutcome } from './outcome-file.ts'

/** What asks a lunkitd that runs to take its configuration anew. */
export type ReloadRequest = Extract<Request, { kind: 'reload' }>

/** How often it is looked whether it is done. */
const LOOK_EVERY_MS = 50
/** How long that may take: what was taken away is waited for ten seconds, and 5,000 disks are opened meanwhile. */
const PATIENCE_MS = 90_000

/** Has a lunkitd take its configuration anew, waits for it, and says how it went. */
export async function reload({ pid, stateDirectory }: ReloadRequest, terminal: Terminal): Promise<ExitCode> {
  const before = await readOutcome(stateDirectory)
  try {
    process.kill(pid, 'SIGHUP')
  } catch (error) {
    terminal.err(`lunkitd: process ${pid} cannot be asked: ${whyOf(error)}`)
    return ExitCode.failed
  }
  for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += LOOK_EVERY_MS) {
    const outcome = await readOutcome(stateDirectory)
    if (outcome && isNews(outcome, before)) return tell(outcome, terminal)
    await delay(LOOK_EVERY_MS)
  }
  terminal.err(`lunkitd: process ${pid} has not said in ${stateDirectory} how it went; its log does`)
  return ExitCode.failed
}

const isNews = (outcome: Outcome, before: Outcome | undefined): boolean =>
  outcome.pid !== before?.pid || outcome.times !== before.times

function tell({ applied, lines }: Outcome, terminal: Terminal): ExitCode {
  for (const line of lines)
    if (applied) terminal.out(`lunkitd: ${line}`)
    else terminal.err(`lunkitd: ${line}`)
  return applied ? ExitCode.ok : ExitCode.configuration
}
