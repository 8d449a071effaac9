import type { LogField } from './log-fields.ts'

/** What the log says of an event, whatever its words are. */
export interface LogEventRow {
  /** By the name of pino's level; several where it depends. */
  readonly levels: readonly ('debug' | 'info' | 'warn' | 'error' | 'fatal')[]
  /** In a line. */
  readonly meaning: string
  /** What it has beside `event`, `level`, `time` and `msg`; those that are not known are left out. */
  readonly fields: readonly LogField[]
  /** What to do; empty: nothing. */
  readonly remedy: string
}

type Level = LogEventRow['levels'][number]

const row = (
  levels: Level | readonly Level[],
  meaning: string,
  fields: readonly LogField[] = [],
  remedy = '',
): LogEventRow => ({
  levels: [levels].flat(),
  meaning,
  fields,
  remedy,
})

/** Every event of the log, by its name, which stays, in chapters. */
export const LOG_CHAPTERS = {
  'lunkitd itself': {
    starting: row('info', 'lunkitd starts', ['version', 'node', 'logLevel']),
    cannotStart: row(
      'fatal',
      'the state, the control socket or its TLS cannot be used, so that it ends',
      ['err'],
      'Mend what it says, or end the other lunkitd',
    ),
    configurationUnusable: row(
      'fatal',
      'a line for each thing that is wrong with the configuration, so that it ends',
      [],
      '`lunkitd --check` says the same',
    ),
    fatalFault: row(
      'fatal',
      'a bug: it ends by SIGKILL, and systemd starts it again',
      ['err'],
      'Report it with the stack',
    ),
    linesLost: row('warn', 'lines before this one could not be written', ['lines'], 'See where standard error goes'),
    linesLeftOut: row(
      'warn',
      'lines of one cause that came again and again',
      ['kind', 'host', 'what', 'lines'],
      'See the first line of that kind and host',
    ),
    supervisorUnknown: row('warn', 'NOTIFY_SOCKET is no unix socket', ['address'], 'Mend the unit'),
    supervisorNotTold: row(
      'warn',
      'systemd cannot be told how it goes',
      ['message'],
      'See what became of NOTIFY_SOCKET',
    ),
    standsStill: row(
      'error',
      'the protocol thread stands still: no initiator is answered',
      ['forMs'],
      'The report that is made if it ends',
    ),
    goesOn: row('warn', 'it goes on', ['forMs'], 'Report it, or see what else the machine did'),
    watched: row('debug', 'a thread watches it'),
    watchSilent: row('error', 'the watching thread stands still', [], 'Report it'),
    watchGoesOn: row('info', 'it goes on', ['forMs']),
    watchDied: row('error', 'it died, and is started again', ['err'], 'Report it'),
    crashedBefore: row(
      'warn',
      'the lunkitd before this one did not end as it should',
      ['report', 'since', 'pid'],
      'Report it, with the report',
    ),
    noCrashReports: row('warn', 'no report of a crash could be left', ['err'], 'See the directory'),
    crashNotReported: row('warn', 'no report of this crash could be left', ['err'], 'See the directory'),
    signalIgnored: row('info', 'a signal that means nothing here', ['signal']),
    reloadTooEarly: row('info', 'SIGHUP while the configuration is read for the first time', ['signal']),
    counted: row('info', 'SIGUSR2: what was counted so far', ['signal', 'transferMemoryUsedBytes', 'counted', 'rows']),
    draining: row('info', 'a signal to end: what is under way is finished', ['signal', 'deadlineMs']),
    drained: row('info', 'it ends; what was counted', ['transferMemoryUsedBytes', 'counted', 'rows']),
    drainTooLate: row(
      'error',
      'operations did not end in time: it ends by SIGKILL',
      ['deadlineMs', 'disks'],
      'See the device below these disks',
    ),
    endedBySecondSignal: row('error', 'it was told twice to end: by SIGKILL', ['signal']),
  },
  'Configuration and state': {
    configuration: row('info', 'a configuration that was read', ['config', 'targets', 'disks', 'luns']),
    configurationMissing: row('warn', 'there is none, so that nothing is served', ['config'], 'Make one, then SIGHUP'),
    configurationNotice: row(
      ['info', 'warn'],
      'what of it has no effect, is refused or wrong',
      ['notice', 'at'],
      'As it says',
    ),
    configurationOfBefore: row(
      'error',
      'it cannot be used: served is what was saved before',
      ['err', 'config', 'generation'],
      'Mend the file, then `lunkit reload`',
    ),
    generationNotKept: row(
      'warn',
      'what the file was before could not be kept',
      ['err', 'config'],
      'See the directory `backup/` beside it',
    ),
    fileExposed: row(
      'warn',
      'others may read or change a file that they should not',
      ['path', 'mode'],
      '`chmod`, as it says',
    ),
    connectionsFewer: row(
      'warn',
      'fewer connections than configured fit into the files that may be open',
      ['openFiles', 'connections'],
      'Raise LimitNOFILE=',
    ),
    reloaded: row('info', 'SIGHUP, or `reload`: it was applied', ['steps']),
    reloadFailed: row('error', 'it was not applied, and nothing has changed', ['err'], 'Mend the file, and again'),
    reloadOutcomeNotWritten: row('warn', '`lunkitd --reload` waits in vain', ['path', 'err'], 'See the directory'),
    stillWaiting: row('warn', 'what was taken away has not ended yet', ['waitingFor']),
    groupsNotNoted: row(
      'warn',
      'the state does not say yet which portal groups are no more',
      ['err'],
      'See the directory of the state',
    ),
    stateUnusable: row(
      'warn',
      'no state can be kept: serial numbers are derived',
      ['state', 'err'],
      'Mend the directory, start again',
    ),
    stateForeign: row('warn', 'a part of the state is of a newer lunkitd', ['state'], 'As it says'),
    stateNotWritten: row('warn', 'the state could not be written anew', ['state', 'err'], 'See the directory'),
    stateDamaged: row(
      'error',
      'the state, or a part of it, was put aside',
      ['aside'],
      '[recover.md](operating/recover.md)',
    ),
    mountsDamaged: row(
      'error',
      'it is not known where backing files were mounted',
      ['aside'],
      '[recover.md](operating/recover.md)',
    ),
  },
  Disks: {
    disk: row('info', 'a disk that is open', [
      'disk',
      'at',
      'file',
      'sizeBytes',
      'blockBytes',
      'writeBack',
      'deviceType',
    ]),
    serving: row(
      ['info', 'warn'],
      'how much is served; what is missing, and why; at a start, how long it took',
      ['luns', 'lunsInFile', 'portals', 'portalsInFile', 'startMs', 'openingMs', 'missing'],
      'Mend what is missing',
    ),
    diskNotServed: row(
      'error',
      'a disk that could not be opened',
      ['disk', 'at', 'err'],
      'As it says; `lunkit reload` tries it again',
    ),
    diskOpening: row(
      'warn',
      'something to know about a file that was opened',
      ['disk', 'opening', 'path', 'sizeBytes', 'fileBytes', 'askedBytes', 'servedBytes'],
      'As it says',
    ),
    diskWithoutUnmap: row('warn', 'its file system cannot give space back', ['disk', 'at']),
    diskFaultKept: row(
      'error',
      'a flush had failed before the start: it refuses writes',
      ['disk', 'at', 'fault'],
      'Find the cause, then `lunkit clear-fault`',
    ),
    diskFaultNotKept: row(
      'error',
      'that it has a fault, or none any more, could not be written down',
      ['disk', 'serial', 'err'],
      'See the directory of the state',
    ),
    diskNotFlushed: row(
      'error',
      'it was closed without a flush: acknowledged writes may be lost',
      ['disk', 'fault'],
      'Check what is on it',
    ),
    operationFailed: row(
      'error',
      'an operation on its file failed',
      ['disk', 'operation', 'fault', 'cause', 'offset', 'lengthBytes', 'times'],
      "The kernel's log",
    ),
    operation: row(
      ['info', 'warn'],
      'an operation on a disk whose setting `log` asks for it; `warn` where it failed',
      ['disk', 'operation', 'lba', 'blocks', 'initiatorName', 'outcome', 'durationMs'],
      '`lunkit /backstores/PLUGIN/NAME set setting log=off` ends it',
    ),
    flushFailed: row(
      'error',
      'a flush failed: it refuses writes until that is cleared',
      ['disk', 'cause'],
      'Find the cause, then `lunkit clear-fault`',
    ),
    faultCleared: row('warn', 'its fault was cleared', ['disk']),
    fileChanged: row(
      'error',
      'its file is another one, or shorter: it is not served any more',
      ['disk'],
      'Bring the file back, then `lunkit reload`',
    ),
    deviceGone: row(
      'error',
      'its block device has gone: it is not ready until that is back',
      ['disk'],
      'Plug it in again: the same device is served again within a second',
    ),
    deviceBack: row('warn', 'its block device is back, and is served again', ['disk', 'path']),
    deviceRefused: row(
      'error',
      'what is there in the place of its device is not it, or cannot be opened',
      ['disk', 'why'],
      'Give the disk the new device, or plug the former one in again',
    ),
    unitQuarantined: row(
      'error',
      'an operation of an aborted command does not return',
      ['disk'],
      'See the device below',
    ),
    unitReturned: row('info', 'it has returned', ['disk']),
    unitWithoutLane: row('warn', 'not ready: its worker lane has died', ['disk']),
    unitReady: row('info', 'ready again', ['disk']),
    mountChanged: row(
      'warn',
      'what was mounted where its file lies is not what it was',
      ['disk', 'mountPoint', 'source'],
      'Mount it',
    ),
    mountNotKept: row(
      'warn',
      'where files are mounted cannot be written down',
      ['err'],
      'See the directory of the state',
    ),
    serialMade: row('info', 'its serial number was made', ['disk', 'serial', 'origin']),
    serialKept: row('info', 'its serial number was made before', ['disk', 'serial', 'origin']),
    serialDerived: row(
      'warn',
      'its serial number may become another one',
      ['disk', 'serial', 'origin'],
      'A `wwn`, or `--state`',
    ),
    serialWeak: row('warn', 'its serial number is one that others may have', ['disk', 'serial', 'origin'], 'A `wwn`'),
    serialNotKept: row('warn', 'serial numbers cannot be kept', ['state', 'err'], 'See the directory of the state'),
  },
  'Worker lanes': {
    directEngine: row('info', 'how disks are read and written past the page cache', ['engine']),
    laneServes: row('info', 'a worker lane serves', ['lane']),
    laneUnplaced: row('warn', 'a lane runs on any processor, not its own', ['lane', 'cpu', 'cause'], '`lane_cpus`'),
    laneStuck: row('error', 'an operation on a file does not return', ['lane', 'disk'], 'See the device below'),
    laneOperationReturned: row('info', 'it has returned', ['lane', 'disk']),
    laneOperationEnded: row('error', 'it ended with its thread', ['lane', 'disk', 'err']),
    lanesSilent: row('error', 'lanes do not answer: too many operations do not return', [], 'See the devices below'),
    lanesAnswer: row('info', 'all of them answer again'),
    laneDied: row('error', 'a worker lane died, and is started again', ['lane', 'err'], 'Report it'),
    withoutKoffi: row(
      'warn',
      'koffi could not be loaded',
      ['err'],
      '[without koffi](../packages/backstores/README.md#without-koffi)',
    ),
  },
  Initiators: {
    portalOpened: row('info', 'a portal listens', ['portal']),
    portalFailed: row('error', 'a portal cannot be opened', ['portal', 'err'], 'Free the address'),
    acceptFailed: row('warn', 'the system could not hand a connection over', ['portal', 'err'], 'LimitNOFILE=, memory'),
    connectionRefused: row(
      'warn',
      'a connection had no place',
      ['remote', 'portal', 'refused'],
      '[limits.md](operating/limits.md)',
    ),
    neverLoggedIn: row(
      ['info', 'warn'],
      'a connection that ended before it had logged in',
      ['remote', 'state', 'why', 'detail'],
      'Find out who that is',
    ),
    loginRefused: row(
      'warn',
      'a login was refused',
      ['remote', 'portal', 'initiatorName', 'targetName', 'status', 'refused', 'remedy'],
      'As `remedy` says; `lunkit refusals`',
    ),
    sessionStarted: row('info', 'an initiator has logged in', ['session']),
    sessionEnded: row('info', 'a session has ended', ['session', 'why']),
    connectionEnded: row(
      'warn',
      'a connection ended otherwise than by logout',
      ['remote', 'state', 'why', 'detail'],
      '`lunkit trace` shows what came before',
    ),
    connectionFault: row('error', 'a bug that ended a connection', ['remote', 'err'], 'Report it with the stack'),
  },
  'Management and metrics': {
    isnsRegistered: row('info', 'an iSNS server has what is served', ['server', 'targets', 'portals']),
    isnsFailed: row(
      'warn',
      'an iSNS server was not reached, or not satisfied; it is tried again, and not told of again until something else is wrong',
      ['server', 'err', 'delayMs'],
      'Mend the way to it, or take it away: `lunkit isns SERVER off`',
    ),
    isnsDeregistered: row('info', 'all was taken back from it', ['server']),
    isnsLeft: row('warn', 'it still has what was registered, until that expires', ['server', 'err']),
    controlSocket: row('info', 'the control socket listens', ['control', 'ownerOnly']),
    noControlSocket: row(
      ['info', 'warn'],
      'there is none, and lunkitd serves without',
      ['control', 'err'],
      '[control.md](operating/control.md)',
    ),
    controlNotAnswered: row('error', 'nobody answers at it', ['control', 'err'], 'Start lunkitd again; report it'),
    controlWarning: row('warn', 'something to know about the socket', [], 'As it says'),
    controlFault: row('error', 'a bug that ended a call', ['err', 'method'], 'Report it with the stack'),
    call: row(['debug', 'info', 'warn'], 'a call of the control API: the audit log', [
      'audit',
      'peer',
      'outcome',
      'fault',
      'durationMs',
      'asked',
    ]),
    eventsDropped: row('warn', 'a client did not take its events', ['peer', 'missed']),
    controlTls: row('info', 'the control API by TLS listens', ['controlTls']),
    controlTlsWarning: row('warn', 'something to know about certificate, key or tokens', [], 'As it says'),
    controlTlsNotReread: row(
      'error',
      'certificate, key and tokens stay as they were',
      ['controlTls'],
      'Mend the file, then SIGHUP',
    ),
    stranger: row(
      ['info', 'warn'],
      'somebody by TLS without a token that is known',
      ['stranger', 'remote'],
      'Find out who that is',
    ),
    strangersLeftOut: row(['info', 'warn'], 'more of them than are written', ['host', 'lines']),
    targetclid: row('info', "a distribution's targetcli is answered", ['targetclid']),
    targetclidEnded: row(
      'error',
      'what answers it has ended, and is started again',
      ['targetclid', 'exitCode', 'signalCode'],
      'Report it',
    ),
    targetclidNotStarted: row('error', 'it could not be started again', ['targetclid'], 'As it says'),
    metricsServed: row('info', 'metrics are served', ['metrics']),
    metricsNotice: row('warn', 'something to know about who asks for metrics', [], 'As it says'),
    metricsFault: row('error', 'a bug in the thread that serves them', ['err'], 'Report it with the stack'),
    metricsEnded: row('error', 'that thread has ended, and is started again'),
    metricsNotServed: row('error', 'it could not be started', ['err'], 'As it says'),
    metricsNotTold: row('error', 'what is counted could not be told', ['err'], 'Report it'),
  },
} as const

type Chapters = typeof LOG_CHAPTERS

/** The name of an event. */
export type LogEvent = { [C in keyof Chapters]: keyof Chapters[C] }[keyof Chapters]

/** Every event, by its name. */
export const LOG_EVENTS: ReadonlyMap<string, LogEventRow> = new Map(
  Object.values(LOG_CHAPTERS).flatMap(chapter => Object.entries(chapter)),
)
