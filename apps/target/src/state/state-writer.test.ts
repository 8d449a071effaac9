import { beforeEach, describe, expect, it } from 'vitest'
import type { StateBacking } from './state-backing.ts'
import { EMPTY_DOCUMENT } from './state-document.ts'
import { StateStore } from './state-store.ts'

/** A backing whose writes end when, and as, the test says. */
class HeldBacking implements StateBacking {
  isUncertain = false
  readonly texts: string[] = []
  readonly #ends: PromiseWithResolvers<void>[] = []

  write(format: () => string): Promise<void> {
    this.texts.push(format())
    const end = Promise.withResolvers<void>()
    this.#ends.push(end)
    return end.promise
  }

  /** Ends the write that is under way, and lets what follows from that happen. */
  async end(error?: Error): Promise<void> {
    await turn()
    const end = this.#ends.shift()
    if (error === undefined) end?.resolve()
    else end?.reject(error)
    await turn()
  }
}

const turn = () => new Promise(resolve => setImmediate(resolve))
const target = 'iqn.2026-11.com.example:a'
const full = new Error('its file system is full')

let backing = new HeldBacking()
let state = StateStore.inMemory()
let told: string[] = []
beforeEach(() => {
  backing = new HeldBacking()
  state = new StateStore(EMPTY_DOCUMENT, { configuration: '/a.json', backing })
  told = []
})

/** Asks for a port's number; what becomes of that is told. */
function ask(tag: number): void {
  state.ports.idOf(target, tag).then(
    id => told.push(`${tag} is ${id}`),
    (error: Error) => told.push(`${tag}: ${error.message}`),
  )
}

describe('changes of the state', () => {
  it('that come in one turn are written together, those that come while that is written in one further write', async () => {
    ask(1)
    ask(2)
    await turn()
    for (const tag of [3, 4, 5]) ask(tag)
    await turn()
    expect(backing.texts).toHaveLength(1)
    await backing.end()
    expect(told).toEqual(['1 is 1', '2 is 2'])
    expect(backing.texts).toHaveLength(2)
    await backing.end()
    expect(told).toEqual(['1 is 1', '2 is 2', '3 is 3', '4 is 4', '5 is 5'])
    expect(backing.texts).toHaveLength(2)
  })

  it('are not seen before they are written', async () => {
    ask(1)
    await turn()
    expect(state.ports.find({ target, tag: 1 })).toBeUndefined()
    await backing.end()
    expect(state.ports.find({ target, tag: 1 })).toBe(1)
  })

  it('that change nothing are written not at all', async () => {
    ask(1)
    await backing.end()
    ask(1)
    expect(await state.faults.clear('A1')).toBe(false)
    await turn()
    expect(told).toEqual(['1 is 1', '1 is 1'])
    expect(backing.texts).toHaveLength(1)
  })

  it('are all undone that could not be written together, and what comes next starts without them', async () => {
    ask(1)
    ask(2)
    await backing.end(full)
    expect(told).toEqual([`1: ${full.message}`, `2: ${full.message}`])
    ask(2)
    await backing.end()
    expect(told.slice(2)).toEqual(['2 is 1'])
    expect(backing.texts[1]).not.toContain('"tag": 1')
  })

  it('that change nothing do not fail with those that could not be written, but are asked for again without them', async () => {
    ask(1)
    await backing.end()
    ask(1)
    ask(2)
    await backing.end(full)
    expect(told).toEqual(['1 is 1', `2: ${full.message}`, '1 is 1'])
    ask(3)
    ask(3)
    await backing.end(full)
    expect(backing.texts.at(-1)).toContain('"tag": 3')
    await backing.end()
    expect(told.slice(3)).toEqual([`3: ${full.message}`, '3 is 2'])
  })

  it('that throw are undone alone', async () => {
    const odd = state.mounts.update(draft => {
      draft.set('/a', { file: '/a', mountPoint: '/', fileSystem: 'ext4', source: 'x' })
      throw new Error('odd')
    })
    odd.catch((error: Error) => told.push(error.message))
    ask(1)
    await backing.end()
    expect(told).toEqual(['odd', '1 is 1'])
    expect([...state.mounts.values()]).toEqual([])
    expect(backing.texts[0]).not.toContain('mounts')
  })

  it('are taken back where a failed write may have left them; until that is done nothing counts that rests on it', async () => {
    ask(1)
    backing.isUncertain = true
    await backing.end(full)
    expect(told).toEqual([])
    expect(backing.texts[1]).not.toContain(target)
    await backing.end(full)
    expect(told).toEqual([`1: ${full.message}`])
    await backing.end()
    state.faults.clear('A1').catch((error: Error) => told.push(`clear: ${error.message}`))
    await turn()
    expect(backing.texts).toHaveLength(3)
    await backing.end(full)
    await backing.end(full)
    expect(told.slice(1)).toEqual([`clear: ${full.message}`])
    const closed = state.close()
    await turn()
    expect(backing.texts).toHaveLength(5)
    await backing.end()
    await closed
  })

  it('that were asked for are written before the state is closed, and none after', async () => {
    ask(1)
    const closed = state.close()
    ask(2)
    await backing.end()
    await closed
    expect(told).toEqual(['2: the state has been closed', '1 is 1'])
  })
})
