import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { CliBench } from '../testing/cli-bench.ts'

let bench: CliBench
beforeAll(async () => {
  bench = await CliBench.open()
})
beforeEach(() => bench.restart())
afterAll(() => bench.close())

describe('a line that is misused is answered with what is right:', () => {
  it.each([
    [
      'more is said than there is room for',
      '/backstores/fileio create a b 1M true false w true false more',
      'Got 9 positionnal parameters, expected at most 8.',
      'It takes name file_or_dev [size] [write_back] [sparse] [wwn] [readonly] [aio]',
    ],
    [
      'more is said than must be',
      '/backstores/ramdisk/rd0 resize 1M 2M',
      'Got 2 positionnal parameters, expected exactly 1.',
      'It takes size.',
    ],
    ['something is said twice', '/backstores/ramdisk create a size=1M size=2M', 'Duplicate parameter size.', ''],
    [
      'help for nothing like a command',
      '/backstores/ramdisk help zzzzzzzz',
      'Cannot find help topic zzzzzzzz.',
      ', create, ',
    ],
    [
      'help for what is nearly one',
      '/backstores/ramdisk help creat',
      'Cannot find help topic creat.',
      'There is create.',
    ],
  ])('%s', async (_what, line, wrong, right) => {
    await bench.all('/backstores/ramdisk create rd0 1M')
    const { err, code } = await bench.line(line)
    expect([code, err[0]]).toEqual([2, wrong])
    expect(err.slice(1).join('\n')).toContain(right)
  })
})
