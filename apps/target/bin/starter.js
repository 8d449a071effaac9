// Notices that whoever started lunkitd is gone, so that no daemon stays that nobody knows of. Plain JavaScript of 2020, as
// lunkitd.js, for old Nodes.
import { readFileSync } from 'node:fs'

/** How often it looks. A signal that nobody passes on is noticed after this time. */
const LOOK_EVERY_MS = 500
/** The launcher that waits for us, where it could not be replaced by us. */
const LAUNCHER = 'LUNKITD_LAUNCHER'
/** A script that leaves what it starts in the background: `lunkitd &`, and none of `&&`, `>&`, `&>`. */
const BACKGROUND = /(^|[^&>])&([^&>]|$)/

function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** The parent of a process: 0 when it is gone. The name before it may hold anything, but no `)` after it. */
function parentOf(pid) {
  const stat = read(`/proc/${pid}/stat`)
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] || 0)
}

/**
 * Whether npm, or what stands in for it, waits for our parent's end or for ours: it runs a script by `sh -c`, and dies of a
 * signal without passing it on to what the shell runs. Who leaves us in the background wants us to stay.
 */
function isStartedByScript() {
  const script = process.env.npm_lifecycle_script
  if (!script) return false
  const command = read(`/proc/${process.ppid}/cmdline`)
  const [, flag, text = ''] = command.split('\0')
  return command.startsWith('npm ') || (flag === '-c' && text.startsWith(script) && !BACKGROUND.test(text))
}

/** The processes that must stay as they are: our parent, and where that is the shell of a script, its parent. */
const ancestors = () => `${process.ppid} ${parentOf(process.ppid)}`

/** The environment of a process that is to notice when this one is gone. */
export function asLauncher(environment) {
  return { ...environment, [LAUNCHER]: String(process.pid) }
}

/**
 * Calls `gone` once, when the launcher that waits for this process is gone, or the script's shell or npm that started it.
 * A daemon that a terminal, systemd or another program started stays whatever becomes of its parent.
 */
export function whenStarterIsGone(gone) {
  const launcher = process.env[LAUNCHER]
  delete process.env[LAUNCHER]
  let look
  if (launcher) look = () => String(process.ppid) === launcher
  else if (isStartedByScript()) {
    const before = ancestors()
    look = () => ancestors() === before
  } else return
  const timer = setInterval(() => {
    if (look()) return
    clearInterval(timer)
    gone()
  }, LOOK_EVERY_MS)
  timer.unref()
}
