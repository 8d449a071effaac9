import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { run } from '../harness/outcome.ts'
import { findTool } from '../harness/tool.ts'

const path = (page: string) => fileURLToPath(new URL(`../../${page}`, import.meta.url))

describe.each(['apps/cli/man/lunkit.1', 'apps/target/man/lunkitd.8', 'packages/config/man/saveconfig.5'])(
  'the man page %s',
  page => {
    const mandoc = (...args: readonly string[]) => run(findTool('mandoc'), [...args, path(page)], { timeoutMs: 30_000 })

    it('has nothing that mandoc warns of', async () => {
      const { code, stdout } = await mandoc('-T', 'lint', '-W', 'warning')
      expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    })

    it('is shown in lines that fit into 80 columns, and says what it is about', async () => {
      const { stdout } = await mandoc('-T', 'ascii', '-O', 'width=78')
      // Bold letters are typed over themselves.
      const lines = stdout.replace(/.\x08/g, '').split('\n')
      expect(lines.filter(line => line.length > 80)).toEqual([])
      expect(lines).toEqual(expect.arrayContaining(['NAME', 'SEE ALSO']))
    })
  },
)
