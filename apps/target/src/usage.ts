import { LOG_LEVELS } from './log/log.ts'
import { DEFAULT_CONFIG_PATH, DEFAULT_CONTROL_PATH, DEFAULT_STATE_DIRECTORY } from './options.ts'

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
  --config FILE   a saveconfig.json as targetcli writes it; else LUNKIT_CONFIG, else
                  ${DEFAULT_CONFIG_PATH}
  --state DIR     where is kept what must be the same after a restart: serial numbers that were
                  made, faults of disks; else LUNKIT_STATE, else
                  ${DEFAULT_STATE_DIRECTORY}
  --control SOCKET  where it is managed while it serves: the path of a unix socket; else
                  LUNKIT_CONTROL, else ${DEFAULT_CONTROL_PATH}
  --control-tls ADDR:PORT  where it is managed by TLS as well, by whoever shows a token; else
                  LUNKIT_CONTROL_TLS, else nowhere
  --control-certificate FILE, --control-key FILE, --control-tokens FILE  what that needs, in PEM,
                  and as lunkit token prints lines; else LUNKIT_CONTROL_CERTIFICATE, _KEY and
                  _TOKENS, else control.pem, control.key and control.tokens in /etc/lunkit
  --targetclid-socket PATH  answer a distribution's own targetcli there, where it has
                  auto_use_daemon set: it looks for /run/targetclid.sock; else nowhere
  --strict        with --check: end with 65 where not all would be served as the file says
  --portal ADDR   where the demo listens: 127.0.0.1:3260, [::1]:3260, 0.0.0.0
  --log-level L   ${LOG_LEVELS.join(', ')}; else
                  LUNKIT_LOG_LEVEL, else info
  --log-format F  json (levels as numbers, times in ms), json-iso (both as text), text (for
                  people); else LUNKIT_LOG_FORMAT, else text on a terminal and json elsewhere
  --version       print the version
  -h, --help      print this

Standard output gets one iscsi:// URL for each portal and LUN once all are served; the log
goes to standard error. SIGTERM, SIGINT and SIGQUIT finish what is under way
and flush; SIGHUP has the configuration read again: what has changed in it is served, all
of it or nothing; SIGUSR2 logs what was counted; no other signal but SIGKILL ends it.

Exit codes: 0 done; 1 a disk could not be flushed, or the demo not be served; 64 an option that
lunkitd does not know; 65 not all would be served (--check --strict); 78 the configuration
cannot be read, or (--reload) not be served, or a state directory, control socket or TLS that
was named not be used (1 where another lunkitd has it). A configuration that is not there is an
empty one.
`

/** What lunkitd says when it finds no configuration where nobody told it to look. */
export function missingConfiguration(path: string): string {
  return `there is no configuration at ${path}. Give one that targetcli or lunkit saved: lunkitd --config FILE (or set \
LUNKIT_CONFIG). To try lunkit without one: lunkitd --demo`
}
