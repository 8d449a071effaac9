import { describe, expect, it } from 'vitest'
import { chooseLane } from './lane-choice.ts'

const home = (load: number, isUp = true) => ({ name: 'home', load, isUp })
const other = (load: number, isUp = true) => ({ name: 'other', load, isUp })

describe('the choice of a lane', () => {
  it('sends a light job home while home is hardly busier than the others', () => {
    const [mine, theirs] = [home(1), other(0)]
    expect(chooseLane([mine, theirs], mine, false)).toBe(mine)
  })

  it('sends a light job elsewhere when home is busier by more than one job', () => {
    const [mine, theirs] = [home(2), other(0)]
    expect(chooseLane([mine, theirs], mine, false)).toBe(theirs)
  })

  it('sends a heavy job home however busy home is', () => {
    const [mine, theirs] = [home(500), other(0)]
    expect(chooseLane([mine, theirs], mine, true)).toBe(mine)
  })

  it('sends a light job to a lane that is up when home is not, and a heavy one nowhere else', () => {
    const [mine, down, up] = [home(0, false), other(0, false), other(100)]
    expect(chooseLane([mine, down, up], mine, false)).toBe(up)
    expect(chooseLane([mine, down, up], mine, true)).toBe(mine)
  })

  it('sends a job home when no lane is up', () => {
    const [mine, theirs] = [home(0, false), other(0, false)]
    expect(chooseLane([mine, theirs], mine, false)).toBe(mine)
  })
})
