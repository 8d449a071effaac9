import { resolve } from 'node:path'
import { Planner } from '@lunkit/config'
import { type DiskServer, type DiskServerOptions, type FlushFailure, ignoreRealTimeSignals } from 'lunkit'
import type { Logger } from 'pino'
import { type LoadedConfiguration, UnusableConfiguration } from './configuration.ts'
import { Control } from './control/control.ts'
import { ControlUnusable } from './control/control-unusable.ts'
import { Witness } from './control/witness.ts'
import { Ending } from './drain.ts'
import { ExitCode } from './exit-code.ts'
import { processHost } from './host.ts'
import { IdleMemory } from './idle-memory.ts'
import { ConfigurationFile } from './live/configuration-file.ts'
import { LiveConfiguration } from './live/live-configuration.ts'
import { openLog } from './log/log.ts'
import type { Request } from './options.ts'
import { ChangeLog } from './reload/change-log.ts'
import { OutcomeFile } from './reload/outcome-file.ts'
import { Reloading } from './reload/reloading.ts'
import { ConfigurationMeaning } from './serving/configuration-meaning.ts'
import { demoLines, serveDemo } from './serving/demo.ts'
import { logDiskEvent } from './serving/disk-events.ts'
import { DiskFaults } from './serving/disk-faults.ts'
import { logLaneEvent, targetLogger } from './serving/events.ts'
import { warnOfExposure } from './serving/exposure.ts'
import { withFittingConnections } from './serving/limits.ts'
import { ServedConfiguration } from './serving/served-configuration.ts'
import { logServed } from './serving/summary.ts'
import { servedUrls } from './serving/urls.ts'
import { MountMemory } from './state/mount-memory.ts'
import { StateUnusable } from './state/state-directory.ts'
import { type OpenState, openState } from './state/state-opening.ts'
import type { Terminal } from './terminal.ts'
import { readVersion } from './version.ts'

/** What asks lunkitd to serve. */
export type ServeRequest = Extract<Request, { kind: 'serve' | 'demo' }>

/** What is served, and what standard output is told of it. */
interface Service {
  readonly lines: readonly string[]
  readonly server: DiskServer
  /** What is left to be done when it has ended, with the disks that could not be flushed. */
  readonly ended?: (failures: readonly FlushFailure[]) => Promise<void>
}

/** Serves until a signal ends it, and says how the process is to end. */
export async function serve(request: ServeRequest, terminal: Terminal): Promise<ExitCode> {
  const log = openLog(request.log)
  const ending = new Ending(processHost, log)
  ignoreRealTimeSignals()
  const witness = new Witness()
  const options = serverOptions(log, witness)
  log.info({ version: readVersion(), node: process.version, logLevel: request.log.level }, 'lunkitd starts')
  try {
    const service =
      request.kind === 'demo'
        ? await startDemo(request, withFittingConnections(options, 1, log))
        : await start(request, options, { log, ending, witness })
    if (service === undefined) return ExitCode.failed
    const { server, lines, ended } = service
    if (!ending.asked.aborted) for (const line of lines) terminal.out(line)
    terminal.serving()
    new IdleMemory(() => server.statistics.get('connectionsOpen')).start()
    return await ending.drain(server, ended)
  } catch (error) {
    if (error instanceof StateUnusable || error instanceof ControlUnusable) {
      log.fatal({ err: error }, error.message)
      return error.inUse ? ExitCode.failed : ExitCode.configuration
    }
    if (!(error instanceof UnusableConfiguration)) throw error
    for (const line of error.lines) log.fatal(line)
    return ExitCode.configuration
  }
}

type ServeFile = Extract<ServeRequest, { kind: 'serve' }>

/** Where a start is told of, and how it is ended. */
interface Surroundings {
  readonly log: Logger
  readonly ending: Ending
  readonly witness: Witness
}

/** What a start has by the time that it serves. */
interface Begun {
  readonly file: ConfigurationFile
  readonly planner: Planner
  readonly loaded: LoadedConfiguration
  readonly open: OpenState
  readonly control: Control | undefined
}

async function start(request: ServeFile, options: DiskServerOptions, surroundings: Surroundings): Promise<Service> {
  const { config, stateDirectory: path, stateNamed: named } = request
  // Before the state is taken: a configuration that is wrong takes nothing.
  const file = new ConfigurationFile(config, surroundings.log)
  const planner = new Planner()
  const configuration = await file.readAtStart()
  const loaded = { configuration, plan: planner.plan(configuration) }
  const open = await openState({ path, named, configuration: resolve(config.path) }, surroundings.log)
  let control: Control | undefined
  try {
    control = await Control.open(request.control, surroundings.log)
    return await startWithState(request, options, { ...surroundings, file, planner, loaded, open, control })
  } catch (error) {
    await control?.close()
    await open.release()
    throw error
  }
}

async function startWithState(
  { config, stateDirectory, stateNamed }: ServeFile,
  options: DiskServerOptions,
  { log, ending, witness, file, planner, loaded, open: { state, release }, control }: Surroundings & Begun,
): Promise<Service> {
  await warnOfExposure(log, { config: config.path, stateDirectory })
  const mounts = new MountMemory({ kept: state.mounts, log })
  const faults = new DiskFaults({ kept: state.faults, log })
  const meaning = new ConfigurationMeaning({ config, log, state, stateNamed, mounts })
  const meant = await meaning.of(loaded.plan)
  const surroundings = { log, mounts, faults, ports: state.ports, ending: ending.asked }
  const served = new ServedConfiguration(meant.plan, options, surroundings)
  const { server } = served
  await served.start(meant)
  logServed({ plan: meant.shown, disks: served.disks, server }, log)
  const live = new LiveConfiguration({
    first: loaded,
    planner,
    file,
    meaning: plan => meaning.of(plan, served.openPlans),
    served,
    tell: news => witness.events.heardLive(news),
  })
  const changes = new ChangeLog(served, log)
  const reloading = new Reloading({ live, changes, outcomes: new OutcomeFile(state.directory, log), log })
  ending.onReload(() => reloading.ask())
  control?.serve({ live, served, file, state, witness, changes, ownerOnly: control.ownerOnly })
  // Whoever asks for something from now on is told that it ends.
  ending.asked.addEventListener('abort', () => void control?.close())
  const ended = async (failures: readonly FlushFailure[]): Promise<void> => {
    await control?.close()
    await reloading.settled()
    await live.settled()
    await faults.closed(failures)
    await release()
  }
  return { lines: servedUrls(meant.plan, served.disks, server), server, ended }
}

async function startDemo(
  { portal }: Extract<ServeRequest, { kind: 'demo' }>,
  options: DiskServerOptions,
): Promise<Service | undefined> {
  try {
    const target = await serveDemo(portal, options)
    return { lines: demoLines(target), server: target.server }
  } catch (error) {
    // The portal could not be opened, and was named in the log when it was tried.
    if (error instanceof AggregateError) return undefined
    throw error
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
