import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_TASKS } from './limits.ts'
import { CommandTask } from './task.ts'
import { FIRST_REQUEST_TAG, TaskTable } from './task-table.ts'

const task = () =>
  new CommandTask({ lun: 0, cdb: new Uint8Array(6) }, { ended: () => undefined, failed: () => undefined })

describe('the table of tasks', () => {
  it('takes as many tasks as the limit says', () => {
    const table = new TaskTable()
    for (let i = 0; i < MAX_TASKS; i++) table.add(task())
    expect([table.full, table.size, table.all().length]).toEqual([true, MAX_TASKS, MAX_TASKS])
  })

  it('does not find a task by the tag that its place had before', () => {
    const table = new TaskTable()
    const first = task()
    table.add(first)
    table.remove(first)
    const second = task()
    table.add(second)
    expect(second.tag).not.toBe(first.tag)
    expect([table.find(first.tag), table.find(second.tag)]).toEqual([undefined, second])
    table.remove(first)
    expect(table.find(second.tag)).toBe(second)
  })

  it('begins anew with the tags of a place before they are those of other requests', () => {
    const table = new TaskTable()
    const one = task()
    const tags = new Set<number>()
    for (let use = 0; use < 2 ** 21; use++) {
      table.add(one)
      if (use >= 2 ** 21 - 3) tags.add(one.tag)
      table.remove(one)
    }
    expect([...tags]).toEqual([0x7fff_f800, 0x7fff_fc00, 0])
  })

  it('gives every task on its way a tag of its own, below those of other requests', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1, max: 50 }), { maxLength: 300 }), steps => {
        const table = new TaskTable()
        const held: CommandTask[] = []
        for (const step of steps) {
          const [removed] = step < 0 ? [] : held.splice(step, 1)
          if (removed) table.remove(removed)
          const added = task()
          table.add(added)
          held.push(added)
        }
        expect(held.every(one => table.find(one.tag) === one && one.tag < FIRST_REQUEST_TAG)).toBe(true)
        expect(new Set(held.map(({ tag }) => tag)).size).toBe(held.length)
      }),
    )
  })
})
