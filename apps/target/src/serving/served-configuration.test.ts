import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseConfiguration, planServing } from '@lunkit/config'
import { afterAll, expect, it, type Mock, vi } from 'vitest'
import { MountMemory } from '../state/mount-memory.ts'
import type { StateBacking } from '../state/state-backing.ts'
import { EMPTY_DOCUMENT } from '../state/state-document.ts'
import { StateStore } from '../state/state-store.ts'
import { saveConfig, TARGET_NAME } from '../testing/save-config.ts'
import { DiskFaults } from './disk-faults.ts'
import type { MeantConfiguration } from './meant-configuration.ts'
import { ServedConfiguration } from './served-configuration.ts'
import { targetPorts } from './target-ports.ts'

const directory = mkdtempSync(join(tmpdir(), 'lunkitd-served-'))
afterAll(() => rmSync(directory, { recursive: true }))

const WWN = '245a36c0-d927-482f-a8a8-d76bbaaf75ba'
const file = { plugin: 'fileio', name: 'd', dev: join(directory, 'd.img'), size: 65_536, wwn: WWN }

/** What a log is told. */
type Said = (facts: object, text: string) => void

function meant(text: string): MeantConfiguration {
  const plan = planServing(parseConfiguration(text))
  return { plan, shown: plan, refused: new Map(), portIdOf: () => undefined }
}

/** A configuration that is served in this process, with a state that can be written, or not. */
function serve(first: MeantConfiguration, isFull = () => false) {
  let text = ''
  const backing: StateBacking = {
    write: async format => {
      if (isFull()) throw new Error('/state/state.json cannot be written')
      text = format()
    },
    isUncertain: false,
  }
  const state = new StateStore(EMPTY_DOCUMENT, { configuration: '/saveconfig.json', backing })
  const said = (): Mock<Said> => vi.fn<Said>()
  const log = { info: said(), warn: said(), error: said() }
  const faults = new DiskFaults({ kept: state.faults, log: log as never })
  const mounts = new MountMemory({ kept: state.mounts, log: log as never })
  const surroundings = { log: log as never, mounts, faults, ports: state.ports, ending: new AbortController().signal }
  /** The portal groups that are known to be no more. */
  const removed = () =>
    [...text.matchAll(/"target": ?"([^"]+)",\s*"tag": ?(\d+),\s*"id": ?\d+,\s*"removed"/g)].map(([, ...of]) => of)
  return { state, log, removed, served: new ServedConfiguration(first.plan, {}, surroundings) }
}

it('a disk that is cleared while it is served has no fault in the state any more', async () => {
  const first = meant(saveConfig([file]))
  const { state, served, log } = serve(first)
  await state.faults.note(WWN, { at: new Date(0), fault: 'flushFailed' })
  await served.start(first)
  const flushFailure = () => served.server.tree.disk('fileio/d')?.store.flushFailure
  expect(flushFailure()).toEqual({ cause: undefined })
  await served.server.tree.apply([{ kind: 'clearFault', disk: 'fileio/d' }])
  await vi.waitUntil(() => state.faults.all.length === 0)
  await served.change(meant(saveConfig([{ ...file, write_back: false }])))
  expect([flushFailure(), log.error.mock.calls.length]).toEqual([undefined, 1])
  await served.server.close()
})

it('portal groups that are no more, after a start or a change, are known to be no more', async () => {
  const first = meant(saveConfig([file]))
  const { state, served, removed } = serve(first)
  const gone = { target: 'iqn.2026-11.com.example:gone', tag: 1 }
  await state.ports.idsOf([gone, ...targetPorts(first.plan)])
  expect(removed()).toEqual([])
  await served.start(first)
  expect(removed()).toEqual([[gone.target, '1']])
  await served.change(meant(saveConfig([file], { tag: 2 })))
  expect(removed()).toEqual([
    [gone.target, '1'],
    [TARGET_NAME, '1'],
  ])
  await served.server.close()
})

it('a change is made and said where the state cannot be written that portal groups are no more', async () => {
  let full = false
  const first = meant(saveConfig([]))
  const { state, served, log } = serve(first, () => full)
  await state.ports.idsOf(targetPorts(first.plan))
  await served.start(first)
  full = true
  expect(await served.change(meant(saveConfig([], { tag: 2 })))).toMatchObject({ waitingFor: [] })
  expect(log.warn.mock.calls.map(([, text]) => text)).toEqual([
    '/state/state.json cannot be written. Which portal groups are no more is noted after the next change',
  ])
  await served.server.close()
})
