import { beforeEach, describe, expect, it } from 'vitest'
import { Admission, BasicAuth } from './basic-auth.ts'

// Of exporter-toolkit's own tests: that of carol is carol123.
const HASH = '$2y$10$qRTBuFoULoYNA7AQ/F3ck.trZBPyjV64.oA4ZsSBCIWvXuvQlQTuu'
const USERS = new Map([['carol', HASH]])

let looked: string[]
let auth: BasicAuth
beforeEach(() => {
  looked = []
  auth = new BasicAuth(async (password, hash) => {
    looked.push(password)
    return password === 'right' && hash === HASH
  })
})

const basic = (credentials: string): string => `Basic ${Buffer.from(credentials).toString('base64')}`

describe('who shows a password', () => {
  it('is let in where bcrypt takes it for right', async () => {
    const real = new BasicAuth()
    expect(await real.admits(basic('carol:carol123'), USERS)).toBe(Admission.granted)
    expect(await real.admits(basic('carol:carol124'), USERS)).toBe(Admission.refused)
  })

  it('is looked at once, rightly or wrongly', async () => {
    for (const password of ['right', 'wrong', 'right', 'wrong']) await auth.admits(basic(`carol:${password}`), USERS)
    expect(looked).toEqual(['right', 'wrong'])
  })

  it('is looked at again when the hash has changed', async () => {
    expect(await auth.admits(basic('carol:right'), USERS)).toBe(Admission.granted)
    expect(await auth.admits(basic('carol:right'), new Map([['carol', 'another']]))).toBe(Admission.refused)
  })

  it('is looked at also where nobody of the name is known, and refused whatever comes of it', async () => {
    expect(await auth.admits(basic('mallory:right'), USERS)).toBe(Admission.refused)
    expect(looked).toEqual(['right'])
  })

  it('keeps those who are known in, however many wrong ones come', async () => {
    await auth.admits(basic('carol:right'), USERS)
    for (let each = 0; each < 200; each++) await auth.admits(basic(`carol:${each}`), USERS)
    expect(await auth.admits(basic('carol:right'), USERS)).toBe(Admission.granted)
    expect(looked.filter(password => password === 'right')).toHaveLength(1)
  })
})

it.each([undefined, '', 'Bearer a', 'Basic', 'Basic !', 'Basic Y2Fyb2w='])(
  'who shows none is refused, and nothing is looked at: %j',
  async authorization => {
    expect(await auth.admits(authorization, USERS)).toBe(Admission.refused)
    expect(looked).toEqual([])
  },
)

it('everybody is let in where there are no users', async () => {
  expect(await auth.admits(undefined, new Map())).toBe(Admission.granted)
})

it('one password is looked at a time, and more than eight do not wait', async () => {
  let atOnce = 0
  const gate = Promise.withResolvers<void>()
  const slow = new BasicAuth(async () => {
    expect(++atOnce).toBe(1)
    await gate.promise
    atOnce--
    return false
  })
  const all = Array.from({ length: 10 }, (_, each) => slow.admits(basic(`carol:${each}`), USERS))
  gate.resolve()
  const admissions = await Promise.all(all)
  expect(admissions.filter(each => each === Admission.refused)).toHaveLength(8)
  expect(admissions.filter(each => each === Admission.busy)).toHaveLength(2)
})
