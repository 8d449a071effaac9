import { ControlFault, NoDaemonError } from '@lunkit/control/client'
import type { Reply } from './commands/command.ts'
import { refusalOf } from './faults/edit-refusal.ts'
import { printable } from './printable.ts'
import { ExitCode, Refusal } from './refusal.ts'
import type { Terminal } from './terminal.ts'

/** What is wrong, as a refusal; a bug of ours goes on as it is. */
export function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  if (error instanceof NoDaemonError)
    return new Refusal(error.message, {
      code: ExitCode.noDaemon,
      explanation: error.path.startsWith('https:')
        ? 'Right is its address by --control or LUNKIT_CONTROL, and for a CA of your own --ca or LUNKIT_CA.'
        : 'Right is to start it, or its socket by --control or LUNKIT_CONTROL.',
    })
  const refusal = error instanceof ControlFault ? refusalOf(error) : error
  if (refusal instanceof Refusal) return refusal
  throw error
}

/** Prints why something was not done; `at` is where it stands: `line 3 of disks.lunkit`. */
export function printRefusal(
  { message, explanation, fault, lines }: Refusal,
  { terminal, json }: Printing,
  at?: string,
): void {
  if (json) terminal.err(JSON.stringify({ error: { message, explanation, at, ...fault } }))
  else
    for (const line of [...lines, ...(at === undefined ? [] : [`It is ${at}; nothing after it was done.`])])
      for (const each of line.split('\n')) terminal.err(printable(each))
}

/** Where and how is printed. */
export interface Printing {
  readonly terminal: Terminal
  readonly json: boolean
}

/** Prints what a command has to say. */
export function printReply(
  { lines, data, isPainted, isAside }: Pick<Reply, 'lines' | 'data' | 'isPainted' | 'isAside'>,
  { terminal, json }: Printing,
): void {
  const say = isAside === true ? terminal.err : terminal.out
  if (json) say(JSON.stringify(data ?? { lines }))
  else for (const line of lines) say(isPainted === true ? line : printable(line))
}
