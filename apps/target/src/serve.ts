import { type DiskServerOptions, ignoreRealTimeSignals } from 'lunkit'
import type { Logger } from 'pino'
import { UnusableConfiguration } from './configuration.ts'
import { ControlUnusable } from './control/control-unusable.ts'
import { Witness } from './control/witness.ts'
import { Ending } from './drain.ts'
import { ExitCode } from './exit-code.ts'
import { processHost } from './host.ts'
import { IdleMemory } from './idle-memory.ts'
import { DaemonLife } from './life/daemon-life.ts'
import { Supervisor } from './life/supervisor.ts'
import { openLog } from './log/log.ts'
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
  const log = openLog(request.log)
  const ending = new Ending(processHost, log)
  const supervisor = Supervisor.of(environment, log)
  const life = new DaemonLife({ supervisor, silent: () => undefined })
  ending.asked.addEventListener('abort', () => life.stopping())
  ignoreRealTimeSignals()
  const witness = new Witness()
  const options = serverOptions(log, witness)
  log.info({ version: readVersion(), node: process.version, logLevel: request.log.level }, 'lunkitd starts')
  try {
    const surroundings = { log, ending, witness, life, options }
    const service = await (request.kind === 'demo'
      ? startDemo(request, surroundings)
      : startFile(request, surroundings))
    if (service === undefined) return ExitCode.failed
    const { server, lines, gauge, ended } = service
    if (!ending.asked.aborted) for (const line of lines) terminal.out(line)
    terminal.serving()
    if (!ending.asked.aborted) life.serving(gauge)
    new IdleMemory(() => server.statistics.get('connectionsOpen')).start()
    const code = await ending.drain(server, ended)
    await supervisor?.told()
    return code
  } catch (error) {
    if (error instanceof StateUnusable || error instanceof ControlUnusable || error instanceof MetricsUnusable) {
      log.fatal({ err: error }, error.message)
      return error.inUse ? ExitCode.failed : ExitCode.configuration
    }
    if (!(error instanceof UnusableConfiguration)) throw error
    for (const line of error.lines) log.fatal(line)
    return ExitCode.configuration
  }
}

/**
 * A bug in a device server, a store or a ring ends the process at once: nothing that it would still do can be trusted,
 * and systemd starts it again.
 */
function serverOptions(log: Logger, witness: Witness): DiskServerOptions {
  const endByBug = (error: unknown) => {
    log.fatal({ err: error }, 'a bug of lunkit: ending by SIGKILL')
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
    laneListener: event => logLaneEvent(log, event),
    diskListener: (disk, event) => {
      logDiskEvent(log, disk, event)
      witness.heardDisk(disk, event)
    },
  }
}
