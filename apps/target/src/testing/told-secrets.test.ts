import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { secretsOf, toldIn } from '../../../../test/harness/told-secrets.ts'
import { Lunkitd } from './lunkitd.ts'
import { saveConfig } from './save-config.ts'

const PLANTED = { chap_userid: 'planted', chap_password: 'pl4nt1 & "quoted" t41l' }

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lunkitd-told-'))
})
afterEach(() => rm(directory, { recursive: true }))

describe('a lunkitd of a test that tells a secret of its configuration', () => {
  it.each<[string, (secret: string) => string]>([
    ['as it is', secret => secret],
    ['in hexadecimal', secret => Buffer.from(secret).toString('hex')],
    ['in base64, with something before it', secret => Buffer.from(`a${secret}`).toString('base64')],
  ])('%s fails that test', async (_how, told) => {
    const config = join(directory, 'saveconfig.json')
    await writeFile(config, saveConfig([{ plugin: 'ramdisk', name: 'a', size: 4096 }], PLANTED))
    const script = `console.error(JSON.stringify({ msg: ${JSON.stringify(told(PLANTED.chap_password))} }))`
    const leaky = new Lunkitd(['--config', config], {}, ['--eval', script, '--'])
    await expect(leaky.ended()).rejects.toThrow('a secret was told')
  })
})

describe('the secrets of a configuration', () => {
  it('are those in it, and those in files and credentials', async () => {
    const [file, credential] = [join(directory, 'one'), 'two']
    for (const name of ['one', 'two']) await writeFile(join(directory, name), `secret-${name}-12\n`)
    const text = JSON.stringify({ chap_password: 'in "the" file', password: { file }, mutual_password: { credential } })
    expect(secretsOf(text, directory)).toEqual(['in "the" file', 'secret-one-12', 'secret-two-12'])
    expect(toldIn('nothing of them', secretsOf(text, directory))).toEqual([])
  })
})
