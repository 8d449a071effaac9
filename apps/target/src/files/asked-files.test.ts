import { expect, it } from 'vitest'
import { askOfEach } from './asked-files.ts'

it('answers in the order of the files, whichever answer comes first', async () => {
  const files = Array.from({ length: 200 }, (_, number) => number)
  const answers = await askOfEach(files, async number => {
    for (let turn = number % 3; turn > 0; turn--) await Promise.resolve()
    return number * 2
  })
  expect(answers).toEqual(files.map(number => number * 2))
})

it('keeps 64 waiting at once, and no more', async () => {
  let [waiting, most] = [0, 0]
  await askOfEach(Array.from({ length: 200 }), async () => {
    most = Math.max(most, ++waiting)
    await Promise.resolve()
    waiting--
  })
  expect(most).toBe(64)
})

it('asks nothing more once an answer is an error', async () => {
  let asked = 0
  const files = Array.from({ length: 200 })
  await expect(
    askOfEach(files, async () => {
      if (++asked === 10) throw new Error('gone')
    }),
  ).rejects.toThrow('gone')
  expect(asked).toBe(64)
})
