import {
  AbortedError,
  AuthenticationError,
  ConnectionError,
  LoginError,
  ParameterDataError,
  ProtocolError,
  RejectedError,
  ScsiError,
  TaskManagementError,
  TimeoutError,
} from '@lunkit/initiator'
import { ExitCode, Refusal } from '../refusal.ts'
import { connectionRemedy, loginRemedy, targetRemedy } from './login-remedies.ts'
import { inWords, scsiErrorWords } from './sense-words.ts'

/** Where a login was tried, and as whom. */
export interface Asked {
  readonly target?: string
  readonly initiator: string
}

/** Why there is no session: refused by the target, or nobody there. Anything else goes on as it is. */
export function loginRefusal(error: unknown, asked: Asked): unknown {
  if (error instanceof LoginError) {
    const { means, right } = loginRemedy(error.statusName, asked)
    const message = `The login was refused: ${inWords(error.statusName)}`
    return new Refusal(message, { explanation: `Which means: ${means}. Right is ${right}.` })
  }
  if (error instanceof AuthenticationError)
    return new Refusal(`The login was given up: ${error.message}`, { explanation: targetRemedy(error.fault) })
  if (error instanceof ProtocolError)
    return new Refusal(`What answers breaks the rules of iSCSI: ${error.message}`, {
      explanation: 'Right is the port of an iSCSI portal, 3260 by default.',
    })
  if (error instanceof ConnectionError || error instanceof TimeoutError)
    return new Refusal(`No target answers: ${error.message}`, {
      code: ExitCode.noDaemon,
      explanation: connectionRemedy(error.message),
    })
  return error
}

const ANSWERS = [AbortedError, ConnectionError, ParameterDataError, RejectedError, TaskManagementError, TimeoutError]

/** Why something was not done in a session. Anything else goes on as it is. */
export function sessionRefusal(error: unknown): unknown {
  if (error instanceof ScsiError) {
    const { message, explanation } = scsiErrorWords(error)
    return new Refusal(message, { ...(explanation !== undefined && { explanation }) })
  }
  if (!(error instanceof Error) || !ANSWERS.some(kind => error instanceof kind)) return error
  const { cause } = error
  return new Refusal(error.message, { ...(cause instanceof Error && { explanation: cause.message }) })
}

/** What is said where somebody has interrupted it before anything came of it. */
export const interruption = (): Refusal => new Refusal('Interrupted.', { explanation: 'Nothing was done.' })
