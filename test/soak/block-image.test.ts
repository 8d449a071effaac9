import { describe, expect, it } from 'vitest'
import { BlockImage } from './block-image.ts'

const image = new BlockImage(1, 512)

describe('the image of a block', () => {
  it('is recognized by its generation at its own address', () => {
    const data = image.compose(10, 3, 77)
    expect([0, 1, 2].map(block => image.recognize(10 + block, data.subarray(block * 512, (block + 1) * 512)))).toEqual([
      { generation: 77 },
      { generation: 77 },
      { generation: 77 },
    ])
  })

  it('of generation 0 is all zeroes', () => {
    expect(image.compose(10, 1, 0)).toEqual(Buffer.alloc(512))
    expect(image.recognize(10, Buffer.alloc(512))).toEqual({ generation: 0 })
  })

  it.each([
    ['at another address', 11, image.compose(10, 1, 77)],
    ['of another unit', 10, new BlockImage(2, 512).compose(10, 1, 77)],
    [
      'with one bit turned',
      10,
      Buffer.from(image.compose(10, 1, 77).map((byte, at) => (at === 300 ? byte ^ 1 : byte))),
    ],
  ])('is wrong %s', (_what, lba, bytes) => {
    expect(image.recognize(lba, bytes)).toMatchObject({ wrong: expect.stringMatching(/wrong bytes from byte \d+ on/) })
  })

  it('is torn when its ends are of two generations', () => {
    const torn = Buffer.concat([image.compose(10, 1, 78).subarray(0, 256), image.compose(10, 1, 77).subarray(256)])
    expect(image.recognize(10, torn)).toEqual({ wrong: 'torn: it begins with generation 78 and ends with 77' })
  })
})
