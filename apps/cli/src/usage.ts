import type { ProgramOption } from './options.ts'
import { programOptions } from './options.ts'
import { ExitCode } from './refusal.ts'

/** How an option is written: `-f, --file FILE`. */
export function syntaxOfOption({ name, short, value }: ProgramOption): string {
  const called = short === undefined ? name : `${short}, ${name}`
  return value === undefined ? called : `${called} ${value}`
}

/** What each exit code says. */
export const exitMeanings: Readonly<Record<keyof typeof ExitCode, string>> = {
  done: 'done',
  refused: 'refused: nothing has changed',
  usage: 'no such command, parameter or option',
  noDaemon: 'no lunkitd answers, or no target',
}

const WIDTH = 26
const options = programOptions.map(option => `  ${syntaxOfOption(option).padEnd(WIDTH)} ${option.meaning}`)
const codes = Object.entries(ExitCode).map(([name, code]) => `${code} ${exitMeanings[name as keyof typeof ExitCode]}`)

/** What `--help` prints. */
export const USAGE = `lunkit manages a lunkitd that runs, in targetcli's words.

lunkit [OPTION ...] [PATH] [COMMAND] [VALUE ...] [NAME=VALUE ...]
lunkit [OPTION ...] < SCRIPT
lunkit [OPTION ...] targetcli ...       with targetcli's manners and exit codes

${options.join('\n')}

Without a line, and with a terminal, it is a shell. lunkit help says what there is to do, lunkit help COMMAND how;
lunkit completion SHELL prints what completes its words in yours.
Exit codes: ${codes.join('; ')}.`
