/** What lunkitd does when a signal comes. */
export const SignalAction = {
  /** Ends in order: no new commands, what is under way ends, disks are flushed. */
  end: 'end',
  /** Takes the configuration anew. */
  reload: 'reload',
  /** Writes to the log what was counted so far. */
  count: 'count',
  /** Nothing: only its default action, the end of the process, is kept away. */
  goOn: 'goOn',
} as const
export type SignalAction = (typeof SignalAction)[keyof typeof SignalAction]

/** What each does, in a line. */
export const actionMeanings: Readonly<Record<SignalAction, string>> = {
  end: 'ends: no new commands, what is under way ends, disks are flushed',
  reload: 'has the configuration read again: what has changed in it is served, all of it or nothing',
  count: 'logs what was counted so far',
  goOn: 'nothing',
}

const { end, reload, count, goOn } = SignalAction

/**
 * Every signal that would end the process and can be caught. Those that are missing: SIGKILL; those of a crash (SIGILL,
 * SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS), after which nothing can be trusted; and SIGPIPE and SIGXFSZ, which Node
 * ignores. Real-time signals have no names in Node: they are ignored (`ignoreRealTimeSignals` of lunkit).
 */
export const SIGNALS = {
  SIGTERM: end,
  SIGINT: end,
  SIGQUIT: end,
  /** The power fails, or a container is to stop (LXC). */
  SIGPWR: end,
  /** The limit of CPU time is reached: SIGKILL follows. */
  SIGXCPU: end,
  SIGHUP: reload,
  SIGUSR2: count,
  /** Node would open its inspector. With --disable-sigusr1, which the launcher gives it, the signal does not even come. */
  SIGUSR1: goOn,
  SIGALRM: goOn,
  SIGVTALRM: goOn,
  SIGPROF: goOn,
  SIGIO: goOn,
  SIGSTKFLT: goOn,
} as const satisfies Partial<Record<NodeJS.Signals, SignalAction>>
/** One of them. */
export type CaughtSignal = keyof typeof SIGNALS

/** What a person or a program sends again when the first did not help; the others repeat by themselves. */
export const INSISTENT: ReadonlySet<CaughtSignal> = new Set(['SIGTERM', 'SIGINT', 'SIGQUIT'])
