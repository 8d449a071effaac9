import { expect, it } from 'vitest'
import { SizeLooks } from './size-looks.ts'

/** Looks that end when the test says so. */
function setUp() {
  const looks = new SizeLooks()
  const ends: (() => void)[] = []
  const begin = () => looks.begin(() => new Promise<void>(resolve => ends.push(resolve)))
  return { begin, ends }
}

it('two files are looked at at a time, the next when one of them has answered', async () => {
  const { begin, ends } = setUp()
  const [first] = [begin(), begin(), begin(), begin()]
  expect(ends).toHaveLength(2)
  ends[0]?.()
  await first?.done
  expect(ends).toHaveLength(3)
})

it('a look that waits can be given up, one that has begun goes on', async () => {
  const { begin, ends } = setUp()
  const [first, , third, fourth] = [begin(), begin(), begin(), begin()]
  third?.cancel()
  first?.cancel()
  await third?.done
  expect(ends).toHaveLength(2)
  for (const end of ends.splice(0)) end()
  await first?.done
  expect(ends).toHaveLength(1)
  ends[0]?.()
  await fourth?.done
})
