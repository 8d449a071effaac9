import { once } from 'node:events'
import { existsSync, lstatSync, readFileSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { CliBench } from '../testing/cli-bench.ts'

let bench: CliBench
beforeAll(async () => {
  bench = await CliBench.open()
})
beforeEach(() => bench.restart())
afterAll(() => bench.close())

/** The program in targetclid's place while `use` runs, at a path of its own. */
async function withTargetclid(use: (path: string) => Promise<void>) {
  const path = bench.path('targetclid.sock')
  const { promise: ended, resolve: end } = Promise.withResolvers<void>()
  const run = bench.run(['--serve-targetclid', path], { ended })
  try {
    while (!existsSync(path)) await new Promise(setImmediate)
    await use(path)
  } finally {
    end()
  }
  return run
}

/** What a frame of targetclid holds: its length in characters, and they. */
async function readFrame(client: Socket): Promise<string> {
  let got = Buffer.alloc(0)
  for (;;) {
    const [data] = (await once(client, 'data')) as [Buffer]
    got = Buffer.concat([got, data])
    const text = got.subarray(4).toString()
    if (got.length >= 4 && [...text].length >= got.readInt32LE()) return text
  }
}

/** A request as targetcli makes one: it connects, asks, has its answer, and says that it has. */
async function ask(path: string, request: string): Promise<string> {
  const client = connect(path)
  const answer = readFrame(client)
  client.write(request)
  const text = await answer
  client.end('-END@OF@DATA-')
  await once(client, 'close')
  return text
}

describe('in the place of targetclid', () => {
  it('lines of one request are run, and what they print is one answer', async () => {
    await withTargetclid(async path => {
      expect(await ask(path, 'cd /%/backstores/ramdisk create rd0 1M')).toBe('Created ramdisk rd0 with size 1M.\n')
      expect(await ask(path, 'cd /%ls /iscsi')).toBe(`o- iscsi ${'.'.repeat(110)} [Targets: 0]\n`)
      expect(await ask(path, 'cd /%cd /backstores')).toBe('')
    })
    expect(bench.model.configuration.storage_objects).toHaveLength(1)
  })

  it('the next client is where the one before it was', async () => {
    await withTargetclid(async path => {
      expect(await ask(path, 'cd /backstores%pwd')).toBe('/backstores\n')
      expect(await ask(path, 'pwd')).toBe('/backstores\n')
      expect(await ask(path, 'cd /nowhere%pwd')).toMatch(/^No such path \/nowhere\n/)
      expect(await ask(path, 'pwd')).toBe('/backstores\n')
    })
  })

  it('what stands after a line that was refused is not done', async () => {
    await withTargetclid(async path => {
      const answer = await ask(path, 'cd /%frob%/backstores/ramdisk create rd0 1M')
      expect(answer.split('\n')[0]).toBe('Command not found frob')
    })
    expect(bench.model.configuration.storage_objects ?? []).toEqual([])
  })

  it('an answer is as long as it has characters', async () => {
    await withTargetclid(async path => {
      expect(await ask(path, 'cd /%ls /größe😀')).toMatch(/^No such path \/größe😀\n/)
    })
  })

  it('what prints one answer is answered, and what prints more is refused', async () => {
    await withTargetclid(async path => {
      expect(await ask(path, 'top count=1')).toContain('lunkitd 1.2.3')
      expect(await ask(path, 'top count=2')).toBe('top prints more than one answer\nRight is lunkit top.\n')
    })
  })

  it('nobody is there to be asked: what asks first is not done', async () => {
    const file = bench.path('other.json')
    writeFileSync(file, '{"targets": [{"fabric": "iscsi", "wwn": "iqn.2026-11.com.example:new", "tpgs": []}]}')
    await withTargetclid(async path => {
      expect(await ask(path, `apply ${file}`)).toContain('Nothing was applied.\nRight is apply FILE --yes.\n')
    })
    expect(bench.model.configuration.targets ?? []).toEqual([])
  })

  it('what would go on until it is interrupted is refused', async () => {
    await withTargetclid(async path => {
      expect(await ask(path, 'events')).toBe('events goes on until it is interrupted\nRight is lunkit events.\n')
    })
  })

  it('any bytes are answered', async () => {
    await withTargetclid(async path => {
      const bytes = fc.uint8Array({ minLength: 1, maxLength: 200 }).map(each => Buffer.from(each).toString('latin1'))
      const request = bytes.filter(text => !/exit|confirm|END/.test(text))
      await fc.assert(
        fc.asyncProperty(request, async text => {
          expect(await ask(path, text)).toBeTypeOf('string')
        }),
        { numRuns: 50 },
      )
    })
  })

  it('the socket is for its owner alone, and goes at the end, with whoever is connected', async () => {
    let client: Socket | undefined
    const { out, code } = await withTargetclid(async path => {
      expect(lstatSync(path).mode & 0o777).toBe(0o600)
      client = connect(path)
      client.on('error', () => {})
      // Answered, it is certainly served.
      const answer = readFrame(client)
      client.write('pwd')
      expect(await answer).toBe('/\n')
    })
    expect([out, code]).toEqual([[`Answering targetcli at ${bench.path('targetclid.sock')}.`], 0])
    expect(existsSync(bench.path('targetclid.sock'))).toBe(false)
    expect(client?.destroyed === true || (await once(client as Socket, 'close')) !== undefined).toBe(true)
  })

  it('a socket at which somebody listens is left alone', async () => {
    const path = bench.path('other.sock')
    const other = createServer().listen(path)
    await once(other, 'listening')
    const { err, code } = await bench.run(['--serve-targetclid', path])
    other.close()
    expect([err[0], code]).toEqual([`Cannot listen at ${path}: another program does, or it is no socket`, 1])
  })

  it('a file in its place is left alone', async () => {
    const path = bench.path('file')
    writeFileSync(path, 'mine')
    const { code } = await bench.run(['--serve-targetclid', path])
    expect([code, readFileSync(path, 'utf8')]).toEqual([1, 'mine'])
  })

  it('a directory that is not there is said', async () => {
    const { err, code } = await bench.run(['--serve-targetclid', bench.path('none/targetclid.sock')])
    expect([err[0]?.startsWith('Cannot listen at '), code]).toEqual([true, 1])
  })
})
