import { ExitCode, exitMeanings } from './exit-code.ts'
import { hanging, optionLines } from './option-words.ts'

const codes = Object.entries(ExitCode).map(([name, code]) => `${code} ${exitMeanings[name as keyof typeof ExitCode]}`)

/** What `--help` prints. */
export const USAGE = `lunkitd serves disks over iSCSI.

Usage:
  lunkitd [--config FILE]           serve what the file describes
  lunkitd [--config FILE] --check   say how much would be served, to whom, and what would not
                                    and why; look at the files, open, create and bind nothing
  lunkitd --reload PID              have the lunkitd of that process read its configuration again,
                                    wait until what has changed is served, and say how it went
  lunkitd --demo [--portal ADDR]    serve a 1 GiB disk in memory, without any file

Options:
${optionLines().join('\n')}

Standard output gets one iscsi:// URL for each portal and LUN once all are served; the log
goes to standard error. SIGTERM, SIGINT and SIGQUIT finish what is under way
and flush; SIGHUP has the configuration read again: what has changed in it is served, all
of it or nothing; SIGUSR2 logs what was counted; no other signal but SIGKILL ends it.

${hanging('', `Exit codes: ${codes.join('; ')}. A configuration that is not there is an empty one.`, 0).join('\n')}
`

/** What lunkitd says when it finds no configuration where nobody told it to look. */
export function missingConfiguration(path: string): string {
  return `there is no configuration at ${path}. Give one that targetcli or lunkit saved: lunkitd --config FILE (or set \
LUNKIT_CONFIG). To try lunkit without one: lunkitd --demo`
}
