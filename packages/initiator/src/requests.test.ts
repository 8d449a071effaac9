import { describe, expect, it } from 'vitest'
import { RejectedError } from './error.ts'
import { Requests } from './requests.ts'

describe('a request on its way', () => {
  it('ends once: with its answer, or with a Reject', async () => {
    const requests = new Requests()
    const [one, other] = [requests.newTag(), requests.newTag()]
    const waits = [requests.wait<string>(one, 'Text'), requests.wait<string>(other, 'NOP-Out')]
    expect(requests.answer(one, 'pong')).toBe(true)
    expect(requests.answer(one, 'again')).toBe(false)
    requests.reject(other, 5)
    expect(requests.answer(other, 'late')).toBe(false)
    expect(await waits[0]).toBe('pong')
    await expect(waits[1]).rejects.toThrow(RejectedError)
  })

  it('that was given up may still be answered, once, and the answer is passed over', async () => {
    const requests = new Requests()
    const tag = requests.newTag()
    const waited = requests.wait(tag, 'Text')
    requests.abandon(tag, new Error('too late'))
    await expect(waited).rejects.toThrow('too late')
    expect([requests.answer(tag, ''), requests.answer(tag, '')]).toEqual([true, false])
    requests.abandon(tag, new Error('nobody waits'))
    expect(requests.answer(tag, '')).toBe(false)
  })

  it('that could not be sent is not waited for', () => {
    const requests = new Requests()
    const tag = requests.newTag()
    void requests.wait(tag, 'Text')
    requests.forget(tag)
    expect(requests.answer(tag, '')).toBe(false)
  })

  it('has the first tag again when all were used, and never the reserved one', () => {
    const requests = new Requests(0xffff_fffd)
    expect([requests.newTag(), requests.newTag(), requests.newTag()]).toEqual([0xffff_fffd, 0xffff_fffe, 0x8000_0000])
  })

  it('has a tag of its own, in the upper half', () => {
    const requests = new Requests()
    expect([requests.newTag(), requests.newTag(), requests.newTag()]).toEqual([0x8000_0000, 0x8000_0001, 0x8000_0002])
  })
})
