import { type Caller, FaultKind } from '@lunkit/control'
import { describe, expect, it } from 'vitest'
import type { ControlParts } from './control-parts.ts'
import { preferenceAnswers } from './preference-answers.ts'

const of = (uid: number) => ({ uid })
const answers = (ownerOnly: boolean) =>
  preferenceAnswers({ state: { preferences: { of } }, ownerOnly } as unknown as ControlParts)
const caller = (peer?: object): Caller => ({ peer, gone: new AbortController().signal }) as Caller

describe('preferences', () => {
  it('are those of who asks', async () => {
    expect(await answers(false).preferences({}, caller({ uid: 1000, gid: 1000, pid: 1 }))).toEqual({
      preferences: { uid: 1000 },
    })
  })

  it('are those of the owner where nobody else can connect and nobody tells who has', async () => {
    expect(await answers(true).preferences({}, caller())).toEqual({ preferences: { uid: process.getuid?.() } })
  })

  it('are nobody’s where anybody may have connected', async () => {
    await expect(answers(false).preferences({}, caller())).rejects.toMatchObject({ kind: FaultKind.unauthorised })
  })
})
