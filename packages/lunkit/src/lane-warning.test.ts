import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

const CAUSE = new Error('Cannot find module koffi\nRequire stack: here')
const WITHOUT_LIBC = { kind: 'withoutLibc', cause: CAUSE, meaning: 'it is slower' } as const

describe('what a program is told of its lanes that does not listen', () => {
  beforeEach(() => {
    vi.resetModules()
  })
  afterEach(() => {
    vi.restoreAllMocks()
  })

  it('is that koffi is missing, once a process, and nothing else', async () => {
    const emitWarning = vi.spyOn(process, 'emitWarning').mockReturnValue(undefined)
    const { warnOfLanes } = await import('./lane-warning.ts')
    warnOfLanes({ kind: 'serves', lane: 0 })
    warnOfLanes({ kind: 'died', lane: 0, cause: CAUSE })
    expect(emitWarning).not.toHaveBeenCalled()
    for (let lanes = 0; lanes < 2; lanes++) warnOfLanes(WITHOUT_LIBC)
    expect(emitWarning.mock.calls).toEqual([
      [
        'lunkit works without koffi (Cannot find module koffi): it is slower',
        { type: 'LunkitWarning', code: 'LUNKIT_WITHOUT_KOFFI' },
      ],
    ])
  })
})
