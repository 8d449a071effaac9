import { describe, expect, it } from 'vitest'
import type { StoreEvent } from './store-event.ts'
import { StoreListeners } from './store-listeners.ts'

const resized: StoreEvent = { kind: 'resized' }

describe('the listeners of a store', () => {
  it('all hear every event, in the order in which they came', () => {
    const listeners = new StoreListeners()
    const heard: string[] = []
    listeners.add(({ kind }) => heard.push(`first ${kind}`))
    listeners.add(({ kind }) => heard.push(`second ${kind}`))
    listeners.tell(resized)
    listeners.tell({ kind: 'spaceExhausted' })
    expect(heard).toEqual(['first resized', 'second resized', 'first spaceExhausted', 'second spaceExhausted'])
  })

  it('hear nothing more once they were taken away, twice as once, and no other is taken away with them', () => {
    const listeners = new StoreListeners()
    let heard = 0
    const listener = () => void heard++
    const takeAway = listeners.add(listener)
    listeners.add(listener)
    takeAway()
    takeAway()
    listeners.tell(resized)
    expect(heard).toBe(1)
  })

  it('do not keep each other from hearing: what one throws is told apart', () => {
    const bugs: unknown[] = []
    const listeners = new StoreListeners(error => bugs.push(error))
    const heard: StoreEvent[] = []
    const bug = new Error('a listener has a bug')
    listeners.add(() => {
      throw bug
    })
    listeners.add(event => heard.push(event))
    listeners.tell(resized)
    expect([heard, bugs]).toEqual([[resized], [bug]])
  })

  it('may come and go while they are told: who came hears the next event, who went hears nothing more', () => {
    const listeners = new StoreListeners()
    const heard: string[] = []
    listeners.add(() => {
      takeLastAway()
      listeners.add(() => heard.push('new'))
    })
    const takeLastAway = listeners.add(() => heard.push('last'))
    listeners.tell(resized)
    expect(heard).toEqual([])
    listeners.tell(resized)
    expect(heard).toEqual(['new'])
  })
})
