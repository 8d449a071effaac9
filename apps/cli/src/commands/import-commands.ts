import type { Command } from './command.ts'
import { command } from './command.ts'
import { fileNames } from './completions.ts'
import { kinds, may, needs, of, oneOf } from './parameter.ts'

/** The commands of the root that take over what other targets serve. */
export const importCommands: readonly Command[] = [
  command('import', 'makes what the configuration of another target says, beside what is served; asks, unless --yes', {
    takes: [
      needs('from', oneOf('tgt'), "whose file it is: tgt's targets.conf"),
      of(fileNames, needs('file', kinds.text, 'its path; what it includes is read too')),
      may('portal', kinds.text, '0.0.0.0:3260, where the targets are to listen'),
      may('yes', kinds.flag, 'false'),
    ],
    async run(context, { file, ...given }) {
      const { importedTgt } = await import('../tgt/import.ts')
      return importedTgt(context, { ...given, file: file as string })
    },
  }),
]
