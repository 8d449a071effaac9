import { DEFAULT_CONTROL_PATH } from './options.ts'

/** What `--help` prints. */
export const USAGE = `lunkit manages a lunkitd that runs, in targetcli's words.

lunkit [OPTION ...] [PATH] [COMMAND] [VALUE ...] [NAME=VALUE ...]
lunkit [OPTION ...] < SCRIPT
lunkit [OPTION ...] targetcli ...       with targetcli's manners and exit codes

  --control SOCKET    where lunkitd listens (LUNKIT_CONTROL, else ${DEFAULT_CONTROL_PATH})
  -f, --file FILE     runs the lines of a file; the first that fails ends it
  --json              answers and errors as JSON
  --serve-targetclid SOCKET  answers a distribution's own targetcli there, in targetclid's place
  --lio-echo-secrets  says passwords that are set as they are, as targetcli does
  --version           says which version this is
  -h, --help          says this

Without a line, and with a terminal, it is a shell. lunkit help says what there is to do, lunkit help COMMAND how.
Exit codes: 0 done, 1 refused, 2 no such command, 3 no lunkitd, or no target.`
