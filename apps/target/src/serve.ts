import { type DiskServerOptions, ignoreRealTimeSignals } from 'lunkit'
import { UnusableConfiguration } from './configuration.ts'
import { ControlUnusable } from './control/control-unusable.ts'
import { Witness } from './control/witness.ts'
import { FlightRecorder } from './crash/flight-recorder.ts'
import { LogTail } from './crash/log-tail.ts'
import { Ending } from './drain.ts'
import { ExitCode } from './exit-code.ts'
import { processHost } from './host.ts'
import { IdleMemory } from './idle-memory.ts'
import { DaemonLife } from './life/daemon-life.ts'
import { Supervisor } from './life/supervisor.ts'
import { Vitals } from './life/vitals.ts'
import { WatchThread } from './life/watch-thread.ts'
import { openLog, STDERR } from './log/log.ts'
import { LogOutput } from './log/log-output.ts'
import type { Logger } from './log/logger.ts'
import { MetricsUnusable } from './metrics/metrics-unusable.ts'
import { logDiskEvent } from './serving/disk-events.ts'
import { logLaneEvent, targetLogger } from './serving/events.ts'
import { type ServeDemo, startDemo } from './starting/demo-start.ts'
import { type ServeFile, startFile } from './starting/file-start.ts'
import { StateUnusable } from './state/state-directory.ts'
import type { Terminal } from './terminal.ts'
import { readVersion } from './version.ts'

/** What asks lunkitd to serve. */
export type ServeRequest = ServeDemo | ServeFile

/** Serves until a signal ends it, and says how the process is to end. */
export async function serve(
  request: ServeRequest,
  environment: NodeJS.ProcessEnv,
  terminal: Terminal,
): Promise<ExitCode> {
  const tail = new LogTail()
  const log = openLog(request.log, tail.of(new LogOutput(STDERR)))
  const recorder = new FlightRecorder(log, tail)
  const ending = new Ending(processHost, log)
  const supervisor = Supervisor.of(environment, log)
  const vitals = new Vitals(log)
  const life = new DaemonLife({ supervisor, silent: () => vitals.silent })
  ending.asked.addEventListener('abort', () => life.stopping())
  ignoreRealTimeSignals()
  const witness = new Witness()
  const options = serverOptions({ log, witness, vitals, recorder })
  const watch = new WatchThread({ log, logOptions: request.log })
  log.info(
    { event: 'starting', version: readVersion(), node: process.version, logLevel: request.log.level },
    'lunkitd starts',
  )
  try {
    const surroundings = { log, ending, witness, life, vitals, recorder, options, watched: watch.begun }
    const service = await (request.kind === 'demo'
      ? startDemo(request, surroundings)
      : startFile(request, surroundings))
    if (service === undefined) return ExitCode.failed
    const { server, lines, gauge, status, controlDescriptor: control, ended } = service
    watch.watch(control)
    ending.asked.addEventListener('abort', () => watch.leaveControl())
    recorder.count(() => ({ counted: server.statistics.read(), rows: server.statistics.rowsTaken }))
    vitals.begin({ watch, silentLanes: () => server.silentLanes, status })
    if (!ending.asked.aborted) for (const line of lines) terminal.out(line)
    terminal.serving()
    if (!ending.asked.aborted) life.serving(gauge)
    new IdleMemory(() => server.statistics.get('connectionsOpen')).start()
    const code = await ending.drain(server, ended)
    await supervisor?.told()
    return code
  } catch (error) {
    if (error instanceof StateUnusable || error instanceof ControlUnusable || error instanceof MetricsUnusable) {
      log.fatal({ event: 'cannotStart', err: error }, error.message)
      return error.inUse ? ExitCode.failed : ExitCode.configuration
    }
    if (!(error instanceof UnusableConfiguration)) throw error
    for (const line of error.lines) log.fatal({ event: 'configurationUnusable' }, line)
    return ExitCode.configuration
  } finally {
    vitals.end()
    await watch.close()
  }
}

/** Who hears what a server tells. */
interface Ears {
  readonly log: Logger
  readonly witness: Witness
  readonly vitals: Vitals
  readonly recorder: FlightRecorder
}

/**
 * A bug in a device server, a store or a ring ends the process at once: nothing that it would still do can be trusted,
 * and systemd starts it again.
 */
function serverOptions({ log, witness, vitals, recorder }: Ears): DiskServerOptions {
  const endByBug = (error: unknown) => {
    log.fatal({ event: 'fatalFault', err: error }, 'a bug of lunkit: ending by SIGKILL')
    vitals.endSoon()
    recorder.crashed(error)
    processHost.kill()
  }
  process.on('uncaughtException', endByBug)
  process.on('unhandledRejection', endByBug)
  const logTarget = targetLogger(log)
  return {
    onBug: endByBug,
    listener: event => {
      logTarget(event)
      witness.heardTarget(event)
    },
    laneListener: event => {
      logLaneEvent(log, event)
      witness.heardLane(event)
    },
    diskListener: (disk, event) => {
      logDiskEvent(log, disk, event)
      witness.heardDisk(disk, event)
    },
  }
}
