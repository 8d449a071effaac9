/** How lunkitd ends, for systemd and scripts. Those above 63 are those of sysexits.h. */
export const ExitCode = {
  /** It did what it was asked to, or drained after a signal. */
  ok: 0,
  /** A dirty store failed to flush, the demo's portal could not be opened, another lunkitd has what was named, or a bug of ours was met. */
  failed: 1,
  /** EX_USAGE: the command line says something that lunkitd does not know. */
  usage: 64,
  /** EX_DATAERR: `--check --strict` found that the configuration would not be served as it says. */
  incomplete: 65,
  /** EX_CONFIG: the configuration is there and cannot be read, (--reload) what it says cannot be served, or what was named cannot be used. */
  configuration: 78,
} as const
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]

/** What each says. */
export const exitMeanings: Readonly<Record<keyof typeof ExitCode, string>> = {
  ok: 'done',
  failed: 'a disk could not be flushed, the demo not be served, or another lunkitd has what was named',
  usage: 'an option that lunkitd does not know',
  incomplete: 'not all would be served as the file says (--check --strict)',
  configuration:
    'the configuration cannot be read, or (--reload) not be served, or a state directory, control socket, TLS or place for metrics that was named not be used',
}
