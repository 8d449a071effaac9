import { execFileSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SecretBook } from './secret-book.ts'
import { readSecretFile } from './secret-file.ts'

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lunkitd-secret-'))
})
afterEach(() => rm(directory, { recursive: true }))

const at = (name: string): string => join(directory, name)

/** What is read of a file with these contents: the secret as text, and what is said. */
async function read(
  contents: string | Uint8Array,
  mode = 0o600,
): Promise<readonly [string | undefined, string | undefined]> {
  await writeFile(at('secret'), contents)
  await chmod(at('secret'), mode)
  return readAt('secret')
}
async function readAt(name: string): Promise<readonly [string | undefined, string | undefined]> {
  const { secret, concern } = await readSecretFile(at(name), { isExposed: true })
  return [secret && Buffer.from(secret.bytes).toString(), concern]
}

describe('a file with a secret', () => {
  it.each(['s3cret & more', 's3cret & more\n', 's3cret & more\r\n'])('holds its one line: %j', async contents => {
    expect(await read(contents)).toEqual(['s3cret & more', undefined])
  })

  it('is as long as a password may be', async () => {
    expect(await read(`${'x'.repeat(255)}\r\n`)).toEqual(['x'.repeat(255), undefined])
  })

  it('that others may read is read, and told of', async () => {
    expect(await read('s3cret', 0o644)).toEqual([
      's3cret',
      'has mode 0644: others than its owner may read it; right is chmod 600',
    ])
  })

  it.each<[string, string | Uint8Array, string]>([
    ['nothing', '', 'it is empty'],
    ['an empty line', '\n', 'it is empty'],
    ['what is no password to LIO', 'NULL\n', 'it is empty'],
    ['more lines', 's3cret\nother\n', 'it has more than one line'],
    ['a longer line', 'x'.repeat(256), 'it is longer than 255 bytes'],
    ['a long file', 'x'.repeat(100_000), 'it is longer than 255 bytes'],
    ['no text', Uint8Array.of(0xff, 0xfe, 0x41), 'it is no text in UTF-8'],
  ])('with %s holds none', async (_what, contents, concern) => {
    expect(await read(contents)).toEqual([undefined, concern])
  })

  it('that is none is not waited for', async () => {
    await mkdir(at('directory'))
    execFileSync('sh', ['-c', 'mkfifo "$0"', at('pipe')])
    await symlink(at('loop'), at('loop'))
    expect(await Promise.all(['none', 'directory', 'pipe', 'loop'].map(async name => (await readAt(name))[1]))).toEqual(
      [
        'there is no such file',
        'it is no regular file',
        'it is no regular file',
        'it is a symbolic link that leads to itself',
      ],
    )
  })
})

describe('secrets that were read', () => {
  const reference = () => ({ file: at('secret') })

  it('stay what they were until all are read again, and are the same objects where they say the same', async () => {
    const book = new SecretBook({})
    await read('first')
    await book.read([reference()])
    const first = book.find(reference())
    await read('second')
    await book.read([reference()])
    expect(book.find(reference())).toBe(first)
    await book.reread([reference()])
    const second = book.find(reference())
    await book.reread([reference()])
    expect([second === first, book.find(reference()) === second]).toEqual([false, true])
  })

  it('are not known any more when nothing names them', async () => {
    const book = new SecretBook({})
    await read('first')
    await book.read([reference()])
    await book.reread([])
    expect(book.find(reference()).concern).toBe('nobody has read it')
  })

  it('are credentials of systemd, where there are any', async () => {
    await read('s3cret', 0o644)
    const credential = { credential: 'secret' }
    const [given, none] = [new SecretBook({ CREDENTIALS_DIRECTORY: directory }), new SecretBook({})]
    await Promise.all([given.read([credential]), none.read([credential])])
    expect(Buffer.from(given.find(credential).secret?.bytes ?? []).toString()).toBe('s3cret')
    expect([given.find(credential).concern, none.find(credential)]).toEqual([
      undefined,
      {
        secret: undefined,
        concern: 'there is no $CREDENTIALS_DIRECTORY: systemd gives credentials to a unit that has LoadCredential=',
      },
    ])
  })
})
