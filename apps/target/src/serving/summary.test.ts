import { parseConfiguration, planServing } from '@lunkit/config'
import type { DiskServer, PortalAddress } from 'lunkit'
import { describe, expect, it } from 'vitest'
import { saveConfig, TARGET_NAME } from '../testing/save-config.ts'
import { gaugeOf, logServed } from './summary.ts'

const rd = (name: string) => ({ plugin: 'ramdisk', name, size: 1_048_576 })
const portals = [3260, 3261].map(port => ({ ip_address: '127.0.0.1', port }))

/** What is said of two LUNs at two portals, of which these could be opened. */
function said(disks: readonly string[], ports: readonly number[], more: readonly object[] = []) {
  const objects = [rd('rd0'), rd('rd1'), ...more] as Parameters<typeof saveConfig>[0]
  const plan = planServing(parseConfiguration(saveConfig(objects, { portals })))
  const server = { addressOf: (at: PortalAddress) => (ports.includes(at.port) ? at : undefined) }
  const lines: unknown[] = []
  const log = Object.fromEntries(
    ['info', 'warn'].map(level => [level, (facts: object, text: string) => lines.push({ level, text, ...facts })]),
  )
  logServed({ plan, disks: new Set(disks), server: server as unknown as DiskServer }, log as never)
  return lines
}

const place = { target: TARGET_NAME, tag: 1 }

describe('what is served of a configuration', () => {
  it('is said in numbers where it is all', () => {
    const numbers = { luns: 2, lunsInFile: 2, portals: 2, portalsInFile: 2 }
    expect(said(['ramdisk/rd0', 'ramdisk/rd1'], [3260, 3261])).toEqual([
      { level: 'info', text: 'serving 2 of 2 LUNs at 2 of 2 portals', event: 'serving', ...numbers },
    ])
  })

  it('is a warning where a portal is not open, of which no LUN is missing', () => {
    expect(said(['ramdisk/rd0', 'ramdisk/rd1'], [3261])).toMatchObject([
      { level: 'warn', text: 'serving 2 of 2 LUNs at 1 of 2 portals', missing: [] },
    ])
  })

  it('names a LUN whose disk is not open, and one whose disk is not served', () => {
    const lines = said(['ramdisk/rd0'], [3260, 3261], [{ plugin: 'user', name: 'u', config: 'x' }])
    expect(lines).toMatchObject([
      {
        level: 'warn',
        text: 'serving 1 of 3 LUNs at 2 of 2 portals',
        missing: [
          { ...place, lun: 2, storage: 'user/u', why: 'user storage objects are not built yet' },
          { ...place, lun: 1, storage: 'ramdisk/rd1', why: 'its disk could not be opened' },
        ],
      },
    ])
  })

  it('names every LUN of a group of which no portal is open', () => {
    expect(said(['ramdisk/rd0'], [])).toMatchObject([
      {
        level: 'warn',
        text: 'serving 0 of 2 LUNs at 0 of 2 portals',
        missing: [
          { ...place, lun: 0, storage: 'ramdisk/rd0', why: 'no portal of it is open' },
          { ...place, lun: 1, storage: 'ramdisk/rd1', why: 'its disk could not be opened' },
        ],
      },
    ])
  })
})

describe('how much is served now', () => {
  const group = (luns: readonly string[], port: number) => ({
    luns: luns.map(storage => ({ storage })),
    portals: [{ host: '127.0.0.1', port }],
  })
  const served = (ports: readonly number[]) => ({
    plan: {
      lunsInFile: 6,
      targets: [{ groups: [group(['a', 'b'], 1), group(['a', 'c', 'none'], 2)] }, { groups: [group(['b'], 3)] }],
    },
    disks: new Set(['a', 'b', 'c']),
    server: { sessionLoads: [{}, {}], addressOf: ({ port }: PortalAddress) => ports.includes(port) || undefined },
  })

  it.each([
    [[1, 2, 3], 5],
    [[2], 2],
    [[1, 3], 3],
    [[], 0],
  ])('is told of the groups at ports %j: %i LUNs', (ports, luns) => {
    expect(gaugeOf(served(ports) as unknown as Parameters<typeof gaugeOf>[0])).toEqual({
      ...{ luns, lunsInFile: 6, sessions: 2 },
    })
  })
})
