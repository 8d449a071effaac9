import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseConfiguration, planServing } from '@lunkit/config'
import { afterAll, expect, it, vi } from 'vitest'
import { saveConfig, TARGET_NAME } from '../testing/save-config.ts'
import { meantHere, serveHere } from '../testing/serve-here.ts'
import type { MeantConfiguration } from './meant-configuration.ts'
import { targetPorts } from './target-ports.ts'

const directory = mkdtempSync(join(tmpdir(), 'lunkitd-served-'))
afterAll(() => rmSync(directory, { recursive: true }))

const meant = (text: string): MeantConfiguration => meantHere(planServing(parseConfiguration(text)))

const WWN = '245a36c0-d927-482f-a8a8-d76bbaaf75ba'
const file = { plugin: 'fileio', name: 'd', dev: join(directory, 'd.img'), size: 65_536, wwn: WWN }

it('a disk that is cleared while it is served has no fault in the state any more', async () => {
  const first = meant(saveConfig([file]))
  const { state, served, said } = serveHere(first)
  await state.faults.note(WWN, { at: new Date(0), fault: 'flushFailed' })
  await served.start(first)
  const flushFailure = () => served.server.tree.disk('fileio/d')?.store.flushFailure
  expect(flushFailure()).toEqual({ cause: undefined })
  await served.server.tree.apply([{ kind: 'clearFault', disk: 'fileio/d' }])
  await vi.waitUntil(() => state.faults.all.length === 0)
  await served.change(meant(saveConfig([{ ...file, write_back: false }])))
  expect([flushFailure(), said.error.length]).toEqual([undefined, 1])
  await served.server.close()
})

it('portal groups that are no more, after a start or a change, are known to be no more', async () => {
  const first = meant(saveConfig([file]))
  const { state, served, removed } = serveHere(first)
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
  const { state, served, said } = serveHere(first, () => full)
  await state.ports.idsOf(targetPorts(first.plan))
  await served.start(first)
  full = true
  expect(await served.change(meant(saveConfig([], { tag: 2 })))).toMatchObject({ waitingFor: [] })
  expect(said.warn).toEqual([
    '/state/state.json cannot be written. Which portal groups are no more is noted after the next change',
  ])
  await served.server.close()
})
