import { Slab } from '@lunkit/wire'
import { expect, it } from 'vitest'
import { createLanes } from './lanes.ts'
import { MOST_LANES } from './lanes-options.ts'

const slab = new Slab({ sizeBytes: 4096 })

it('lanes whose thread dies again before it serves tell of one outage, to whoever came meanwhile too', async () => {
  const lanes = createLanes({ slab, count: 1, native: false })
  await lanes.ready
  const heard: string[] = []
  const attach = (name: string) =>
    lanes.attach({
      plugin: 'fileio',
      name,
      laneDown: () => heard.push(`${name} down`),
      laneUp: () => heard.push(`${name} up`),
    })
  const { home } = attach('first')
  lanes.laneDied(home, new Set(), undefined)
  attach('second')
  lanes.laneDied(home, new Set(), undefined)
  expect(heard).toEqual(['first down', 'second down'])
  lanes.laneServes(home)
  expect(heard.slice(2)).toEqual(['first up', 'second up'])
  lanes.laneServes(home)
  expect(heard).toHaveLength(4)
  await lanes.close()
})

it('lanes are at most 1024, and whole ones', () => {
  expect(() => createLanes({ slab, count: MOST_LANES + 1 })).toThrow('at least 1 is needed, and 1024 are the most')
  expect(() => createLanes({ slab, count: 1.5 })).toThrow('1.5 lanes were asked for')
})
