import { execFile } from 'node:child_process'
import { sendDatagram } from 'lunkit'

/** Sends a message of sd_notify(3); resolves with why it could not be sent, undefined where it was. */
export type SendNotice = (message: string) => Promise<string | undefined>

/** The program of systemd that does the same, where the C library cannot be called. The unit lets it: NotifyAccess=all. */
const PROGRAM = 'systemd-notify'
const PROGRAM_MS = 5000

/** How a supervisor is told of lunkitd, at the address that it has given as NOTIFY_SOCKET. */
export function notifySocket(address: string): SendNotice {
  return async message => {
    const outcome = sendDatagram(address, message)
    if (outcome === undefined) return runProgram(address, message)
    return outcome.sent ? undefined : `${address}: ${outcome.code}`
  }
}

function runProgram(address: string, message: string): Promise<string | undefined> {
  const assignments = message.trimEnd().split('\n')
  const options = { env: { PATH: process.env['PATH'], NOTIFY_SOCKET: address }, timeout: PROGRAM_MS }
  return new Promise(resolve => execFile(PROGRAM, assignments, options, error => resolve(error?.message)))
}
