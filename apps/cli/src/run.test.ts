import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { CliBench } from './testing/cli-bench.ts'

let bench: CliBench
beforeAll(async () => {
  bench = await CliBench.open()
})
beforeEach(() => bench.restart())
afterAll(() => bench.close())

const WWN = 'iqn.2026-11.com.example:disks'
const TPG = `/iscsi/${WWN}/tpg1`

describe('what is wrong is said', () => {
  it.each([
    ['frob', 2, 'Command not found frob'],
    ['/iscsi creat', 2, 'Command not found creat'],
    ['/nosuch ls', 1, 'No such path /nosuch'],
    ['/iscsi/iqn.x/tpg1 ls', 1, 'No such path /iscsi/iqn.x'],
    ['/backstores/fileio create name=bad', 2, 'Missing required parameter file_or_dev'],
    ['/backstores/ramdisk create', 2, "Missing required parameters 'name', 'size'"],
    ['/backstores/ramdisk create rd0 1M nam=x', 2, "Unexpected keyword parameter 'nam'."],
    ['/backstores/ramdisk create rd0 1M name=x', 2, 'Duplicate parameter name.'],
    ['/backstores/ramdisk create rd0 1Q', 2, 'Cannot interpret size, wrong format: 1Q'],
    ['/backstores/ramdisk create rd0 1M maybe', 2, "Syntax error, 'maybe' is not true|false."],
    ['/backstores/ramdisk delete rd9', 1, 'No storage object named rd9.'],
    ['/iscsi create not-an-iqn', 1, 'WWN not valid as: iqn, naa, eui'],
    [`/iscsi delete ${WWN}x`, 1, `No such Target in configfs: /sys/kernel/config/target/iscsi/${WWN}x`],
    [`${TPG}/luns create /backstores/fileio/nope`, 1, 'storage object or path not valid'],
    [`${TPG} set attribute bogus=1`, 1, "Unknown parameter bogus in group 'attribute'."],
    [`${TPG} set attribute login_timeout=99`, 1, 'Cannot set attribute login_timeout: [Errno 22] Invalid argument'],
    [`${TPG} set attribute login_timeout=x`, 1, "Not setting login_timeout! Syntax error, 'x' is not a NUMBER."],
    [`${TPG} get attribut`, 2, 'Unknown configuration group: attribut'],
    [`${TPG} get attribute bogus`, 2, "No parameter 'bogus' in group 'attribute'."],
    ['/iscsi set discovery_auth enable=false', 1, "Not setting enable! Syntax error, 'false' is not a NUMBER."],
    ['/iscsi set discovery_auth usrid=x', 2, "Unknown parameter usrid in group 'discovery_auth'."],
    [`${TPG} set auth target=iqn.2026-11.com.example:other userid=x`, 2, "Unknown parameter target in group 'auth'."],
    ['set global auto_add=1', 2, "Unknown parameter auto_add in group 'global'."],
    ['/loopback create', 1, 'lunkit serves no loopback targets'],
    ['clearconfig', 1, 'As a precaution, confirm=True needs to be set'],
    ['ls / deep', 2, 'The tree depth must be a number.'],
  ])('%s ends with %i: %s', async (line, code, message) => {
    await bench.all(`/iscsi create ${WWN}`)
    const before = bench.model.configuration
    const said = await bench.line(line)
    expect({ out: said.out, code: said.code, first: said.err[0] }).toEqual({ out: [], code, first: message })
    expect(bench.model.configuration).toBe(before)
  })

  it('with where, what is right, and the nearest thing that is, after the words of targetcli', async () => {
    await bench.all('/backstores/ramdisk create rd0 1M')
    expect((await bench.line('/backstores/ramdisk delete rd9')).err).toEqual([
      'No storage object named rd9.',
      '/backstores/ramdisk/rd9 is not there; right is a storage object that is. There is /backstores/ramdisk/rd0.',
    ])
    expect((await bench.line('/iscsi creat')).err).toEqual([
      'Command not found creat',
      '/iscsi has no such command. There is create.',
    ])
  })

  it('as JSON where JSON was asked for', async () => {
    const { err } = await bench.line('--json /backstores/ramdisk delete rd9')
    expect(err.map(line => JSON.parse(line) as unknown)).toMatchObject([
      { error: { message: 'No storage object named rd9.', kind: 'notFound', where: '/backstores/ramdisk/rd9' } },
    ])
  })

  it('when no daemon answers, with 3', async () => {
    const { code, err } = await bench.run(['--control', bench.path('none.sock'), 'ls'])
    expect(code).toBe(3)
    expect(err[0]).toMatch(/^no lunkitd answers at .*none\.sock: there is no such socket/)
  })
})

describe('a secret', () => {
  it('with anything in it arrives whole, as an argument and quoted in a line, and is said in asterisks', async () => {
    const secret = `& ! # $ ^ * ' \\ x`
    await bench.all(`/iscsi create ${WWN}`)
    const one = await bench.run([TPG, 'set', 'auth', 'userid=me', `password=${secret}`])
    expect(one.out).toEqual(["Parameter userid is now 'me'.", "Parameter password is now '********'."])
    expect(JSON.stringify(bench.model.configuration)).toContain(JSON.stringify(secret).slice(1, -1))
    const other = await bench.run([], { input: [`${TPG} set auth password="${secret.replace('\\', '\\\\')}2"`] })
    expect(other.code).toBe(0)
    expect(JSON.stringify(bench.model.configuration)).toContain(`${JSON.stringify(secret).slice(1, -1)}2`)
  })

  it('is said as it is where that was asked for, and never by get', async () => {
    await bench.all(`/iscsi create ${WWN}`)
    const { out } = await bench.run(['--lio-echo-secrets', TPG, 'set', 'auth', 'password=geheim'])
    expect(out).toEqual(["Parameter password is now 'geheim'."])
    expect((await bench.line(`${TPG} get auth password`)).out).toEqual(['password=******** '])
  })
})

describe('a script', () => {
  it('runs line by line, where it is, and ends at the first error with its line', async () => {
    const input = ['# a target', '', 'cd /iscsi', `create ${WWN}`, 'frob', 'create iqn.2026-11.com.example:never']
    const { out, err, code } = await bench.run([], { input })
    expect(out[0]).toBe(`Created target ${WWN}.`)
    expect(err.at(-1)).toBe('It is line 5 of the script; nothing after it was done.')
    expect(code).toBe(2)
    expect((await bench.line('ls /iscsi 1')).out).toHaveLength(2)
  })

  it('may stand in a file', async () => {
    const file = bench.path('disks.lunkit')
    writeFileSync(file, '/backstores/ramdisk create rd0 1M\n/backstores/ramdisk ls\nexit\nfrob\n')
    const { out, code } = await bench.run(['-f', file])
    expect(out[0]).toBe('Created ramdisk rd0 with size 1M.')
    expect(code).toBe(0)
  })

  it('goes on above a node that it has taken away', async () => {
    const input = [
      '/backstores/ramdisk create rd0 1M',
      'cd /backstores/ramdisk/rd0',
      '/backstores/ramdisk delete rd0',
      'pwd',
    ]
    expect((await bench.run([], { input })).out.at(-1)).toBe('/backstores/ramdisk')
  })
})

describe('the program', () => {
  it.each([
    [['--help'], 0, /^lunkit manages/],
    [['--version'], 0, /^lunkit [0-9.]+$/],
    [['version'], 0, /^lunkit [0-9.]+$/],
  ])('says what it is: %j', async (args, code, says) => {
    const said = await bench.run(args)
    expect(said.code).toBe(code)
    expect(said.out[0]).toMatch(says)
  })

  it.each([
    [['--contrl', 'x'], '--contrl is no option of lunkit'],
    [['--control'], '--control has no value'],
    [['-f', 'x', 'ls'], '-f runs the lines of a file; there is a line beside it'],
  ])('refuses %j', async (args, message) => {
    const said = await bench.run(args)
    expect(said.code).toBe(2)
    expect(said.err[0]).toBe(message)
  })

  it('takes a name below where it is for a path, also without a "/"', async () => {
    expect((await bench.line('iscsi ls')).out).toEqual((await bench.line('/iscsi ls')).out)
  })
})
