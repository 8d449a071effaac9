import type { FaultDescription } from '@lunkit/control/client'

/** How lunkit ends. */
export const ExitCode = {
  done: 0,
  /** What was asked was not done, and nothing has changed. */
  refused: 1,
  /** What was asked is no command. */
  usage: 2,
  /** No lunkitd answers, or no target. */
  noDaemon: 3,
} as const
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]

/** What a refusal is made of. */
export interface RefusalOptions {
  readonly code?: ExitCode
  /** What lunkit has to say beside: what is right, and the nearest thing that is. */
  readonly explanation?: string
  /** What the daemon said. */
  readonly fault?: FaultDescription
}

/** Why a command was not done; the message is targetcli's, where targetcli has one. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: ExitCode
  readonly explanation: string | undefined
  readonly fault: FaultDescription | undefined

  constructor(message: string, { code = ExitCode.refused, explanation, fault }: RefusalOptions = {}) {
    super(message)
    this.code = code
    this.explanation = explanation
    this.fault = fault
  }

  /** What is printed of it, targetcli's words first. */
  get lines(): readonly string[] {
    return this.explanation === undefined ? [this.message] : [this.message, this.explanation]
  }
}

/** A refusal of what is no command. */
export function misused(message: string, explanation?: string): Refusal {
  return new Refusal(message, { code: ExitCode.usage, ...(explanation !== undefined && { explanation }) })
}
