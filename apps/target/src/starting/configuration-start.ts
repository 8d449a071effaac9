import type { FlushFailure } from 'lunkit'
import type { LoadedConfiguration } from '../configuration.ts'
import { statusFacts } from '../control/status-facts.ts'
import { AllocatedBytes } from '../inventory/allocated-bytes.ts'
import { CallCounts } from '../inventory/call-counts.ts'
import { foundTargets } from '../isns/found-targets.ts'
import { defaultEntity, NameServers } from '../isns/name-servers.ts'
import type { ConfigurationFile } from '../live/configuration-file.ts'
import { LiveConfiguration } from '../live/live-configuration.ts'
import type { ConfigPath } from '../options.ts'
import { ChangeLog } from '../reload/change-log.ts'
import { OutcomeFile } from '../reload/outcome-file.ts'
import { Reloading } from '../reload/reloading.ts'
import type { SecretPlanner } from '../secrets/secret-planner.ts'
import { ConfigurationMeaning } from '../serving/configuration-meaning.ts'
import { DiskFaults } from '../serving/disk-faults.ts'
import { ServedConfiguration } from '../serving/served-configuration.ts'
import { logServed } from '../serving/summary.ts'
import { MountMemory } from '../state/mount-memory.ts'
import type { StateStore } from '../state/state-store.ts'
import type { Service, Surroundings } from './service.ts'

/** A configuration that is to be served. */
export interface StartedConfiguration {
  readonly loaded: LoadedConfiguration
  /** What that was planned with. */
  readonly planner: SecretPlanner
  /** The file that it stands in; undefined: none. */
  readonly file: ConfigurationFile | undefined
  /** What it is called. */
  readonly config: ConfigPath
  readonly state: StateStore
  /** Whether anybody named the state directory. */
  readonly stateNamed: boolean
}

/** What serves a configuration. */
export interface ServingConfiguration extends Pick<Service, 'ended' | 'status' | 'controlDescriptor'> {
  readonly served: ServedConfiguration
}

/** Serves a configuration, and has it changed from then on by whoever may. */
export async function startConfiguration(
  { loaded, planner, file, config, state, stateNamed }: StartedConfiguration,
  { log, ending, witness, life, vitals, recorder, options, control, metrics }: Surroundings,
): Promise<ServingConfiguration> {
  const mounts = new MountMemory({ kept: state.mounts, log })
  const faults = new DiskFaults({ kept: state.faults, log })
  const meaning = new ConfigurationMeaning({ config, log, state, stateNamed, mounts })
  const meant = await meaning.of(loaded.plan)
  const progress = (opened: number, toOpen: number): void => {
    witness.events.heardProgress(opened, toOpen)
    life.opening(opened, toOpen)
  }
  const around = { log, mounts, faults, ports: state.ports, ending: ending.asked, progress }
  const served = new ServedConfiguration(meant.plan, options, around)
  const openingMs = Math.round(meant.lookMs + (await served.start(meant)))
  const times = { startMs: Math.round(performance.now()), openingMs }
  logServed({ plan: meant.shown, disks: served.disks, server: served.server }, log, times)
  const isns = new NameServers({
    log,
    entity: defaultEntity(config.path),
    targets: localAddress => foundTargets(served.plan, served.server, localAddress),
  })
  if (!ending.asked.aborted) isns.follow(served.plan)
  const live = new LiveConfiguration({
    first: loaded,
    planner,
    file,
    meaning: plan => meaning.of(plan, served.openPlans),
    served,
    tell: news => {
      witness.events.heardLive(news)
      if (news.kind === 'changed') isns.follow(served.plan)
    },
  })
  const changes = new ChangeLog(served, log)
  const rereadTls = async (): Promise<string | undefined> => control?.tls?.reread()
  const outcomes = new OutcomeFile(state.directory, log)
  const reloading = new Reloading({ live, changes, outcomes, log, rereadTls, life })
  ending.onReload(() => (file === undefined ? void rereadTls() : reloading.ask()))
  const parts = { live, served, isns, file, witness, vitals, ...countedHere(), tls: control?.tls }
  const { lastCrash } = recorder
  control?.serve({ ...parts, lastCrash, state, changes, ownerOnly: control.ownerOnly })
  metrics?.serve(parts)
  // Whoever asks for something from now on is told that it ends.
  ending.asked.addEventListener('abort', () => {
    metrics?.leave()
    void isns.close()
    void control?.close()
  })
  const ended = async (failures: readonly FlushFailure[]): Promise<void> => {
    await isns.close()
    await control?.close()
    await reloading.settled()
    await live.settled()
    await faults.closed(failures)
    await metrics?.close()
  }
  return { served, ended, status: () => statusFacts(parts), controlDescriptor: control?.descriptor }
}

/** What is told of it and counted nowhere else. */
const countedHere = () => ({ allocated: new AllocatedBytes(), calls: new CallCounts() })
