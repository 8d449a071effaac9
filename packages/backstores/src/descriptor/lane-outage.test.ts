import { closeSync, openSync } from 'node:fs'
import { Block } from '@lunkit/statistics'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type LaneJob, LaneOperation } from '../lanes/lane-job.ts'
import { errno } from '../native/errno.ts'
import { SystemCall } from '../native/system-call.ts'
import { storeMetrics } from '../store-metrics.ts'
import { DescriptorAccount } from './descriptor-account.ts'
import { LaneOutage } from './lane-outage.ts'

let witnessFd: number
beforeEach(() => {
  witnessFd = openSync(import.meta.filename, 'r')
})
afterEach(() => closeSync(witnessFd))

/** An outage of a store with a second opening, unless it is to have none, and what its owner hears. */
function setUp({ hasWitness = true } = {}) {
  const heard: unknown[] = []
  const asked: LaneJob[] = []
  const file = { isSame: true }
  const outage = new LaneOutage({
    witnessFd: hasWitness ? witnessFd : undefined,
    isSame: () => file.isSame,
    affinity: { submit: job => void asked.push(job), detach: () => {} },
    owner: {
      outageOver: () => heard.push('over'),
      fileChanged: () => heard.push('file changed'),
      syncFailedUnheard: cause => heard.push(cause ?? 'sync failed'),
    },
    account: new DescriptorAccount(new Block(storeMetrics).row({ store: 'fileio/disk' })),
  })
  /** The second opening was asked, and this comes of it. */
  const answer = (fields: Partial<LaneJob>) => {
    const job = asked.shift() as LaneJob
    Object.assign(job, { lost: false, begun: false, result: 0, ...fields })
    job.ended()
  }
  return { outage, heard, asked, file, answer }
}

describe('the time of a store without its lanes', () => {
  it('begins with the first of them, once, and ends with the last', () => {
    const { outage, heard, asked } = setUp()
    expect([outage.isOver, outage.begin(), outage.isOver, outage.begin()]).toEqual([true, true, false, false])
    outage.laneUp()
    expect([outage.isOver, heard]).toEqual([false, []])
    outage.laneUp()
    expect([outage.isOver, heard, asked, outage.fault]).toEqual([true, ['over'], [], 'laneLost'])
    expect(outage.begin()).toBe(true)
  })

  it('does not end where the descriptor leads to another file now, nor later', () => {
    const { outage, heard, file } = setUp()
    outage.begin()
    file.isSame = false
    outage.laneUp()
    expect(heard).toEqual(['file changed'])
    expect([outage.isOver, outage.hasFile, outage.fault]).toEqual([false, false, 'gone'])
    file.isSame = true
    expect(outage.begin()).toBe(false)
    outage.laneUp()
    expect([heard, outage.isOver]).toEqual([['file changed'], false])
  })

  it('in which a flush was lost ends once the second opening has not heard that it failed', () => {
    const { outage, heard, asked, answer } = setUp()
    outage.begin()
    outage.syncLost()
    outage.laneUp()
    expect(asked).toMatchObject([{ operation: LaneOperation.sync, fd: witnessFd }])
    expect([outage.isOver, outage.hasUnheard, heard]).toEqual([false, true, []])
    answer({})
    expect([outage.isOver, outage.hasUnheard, heard]).toEqual([true, false, ['over']])
    // What was heard is not asked for again.
    outage.begin()
    outage.laneUp()
    expect([heard, asked]).toEqual([['over', 'over'], []])
  })

  it('in which a flush failed ends with that failure, and with what the system said', () => {
    const { outage, heard, answer } = setUp()
    outage.begin()
    outage.syncLost()
    outage.laneUp()
    answer({ result: -errno.EIO, call: SystemCall.fdatasync })
    expect(heard).toEqual([{ code: 'EIO', errno: 5, call: 'fdatasync' }, 'over'])
    expect([outage.isOver, outage.hasUnheard]).toEqual([true, false])
  })

  it('in which a flush was lost counts as one in which it failed where there is no second opening', () => {
    const { outage, heard } = setUp({ hasWitness: false })
    outage.begin()
    outage.syncLost()
    outage.laneUp()
    expect([heard, outage.isOver, outage.hasUnheard]).toEqual([['sync failed', 'over'], true, false])
  })

  it('goes on where the lane dies of that question, which is asked anew', () => {
    const { outage, heard, asked, answer } = setUp()
    outage.begin()
    outage.syncLost()
    outage.laneUp()
    expect(outage.begin()).toBe(false)
    answer({ lost: true, begun: true })
    expect([heard, outage.hasUnheard, outage.isOver]).toEqual([[], true, false])
    outage.laneUp()
    expect(asked).toHaveLength(1)
    answer({})
    expect(heard).toEqual(['over'])
  })

  it('asks once, though another lane dies and comes back meanwhile', () => {
    const { outage, heard, asked, answer } = setUp()
    outage.begin()
    outage.syncLost()
    outage.laneUp()
    outage.begin()
    outage.laneUp()
    expect(asked).toHaveLength(1)
    answer({})
    expect(heard).toEqual(['over'])
  })

  it('is waited for as long as its question is under way', async () => {
    const { outage, answer } = setUp()
    await outage.idle()
    outage.begin()
    outage.syncLost()
    outage.laneUp()
    let idle = false
    const waited = outage.idle().then(() => {
      idle = true
    })
    await new Promise(resolve => setImmediate(resolve))
    expect(idle).toBe(false)
    answer({})
    await waited
    expect(idle).toBe(true)
  })

  it('is waited for while the second opening forgets its failures', async () => {
    const { outage } = setUp()
    outage.forgetFailures()
    outage.forgetFailures()
    let forgotten = false
    const waited = outage.idle().then(() => {
      forgotten = true
    })
    // Whatever needs no more than this turn is done then; the second opening is asked on another thread.
    for (let i = 0; i < 10; i++) await Promise.resolve()
    expect(forgotten).toBe(false)
    await waited
    expect(forgotten).toBe(true)
  })
})
