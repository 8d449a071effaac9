/**
 * Makes the reference of every package that programs import, as HTML in docs/reference/, of the declarations behind their doors and what
 * is said there; types that those name and no door exports are beside them, under `<internal>`. Ends with 1 where TypeDoc warns: of a link
 * that leads nowhere, or of a type that is named and not shown.
 */
import { fileURLToPath } from 'node:url'
import {
  Application,
  Comment,
  Converter,
  type DeclarationReflection,
  type ProjectReflection,
  ReflectionKind,
} from 'typedoc'
import { doors } from './doors.ts'

const placeOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** A module of the reference has the name that programs import it by, and begins with what its door says of itself. */
function nameModule(reflection: DeclarationReflection, path: string | undefined): void {
  const door = doors.find(each => each.path === path)
  if (door === undefined) return
  reflection.name = door.name
  reflection.comment = new Comment([{ kind: 'text', text: door.meaning }])
}

/** Members of what is shown, by which types are named that come of them. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  '@lunkit/statistics': ['Declaration.metrics'],
  '@lunkit/wire': ['Layout.fields'],
}

/** TypeDoc asks of the types of one package whether they are shown, and here are several. */
function validate(project: ProjectReflection): void {
  application.validate(project)
  application.options.setValue('validation', { notExported: true, invalidLink: false, invalidPath: false })
  for (const name of new Set(doors.map(door => door.package))) {
    project.packageName = name
    application.options.setValue('intentionallyNotExported', [...(MEMBERS[name] ?? [])])
    application.validate(project)
  }
}

const application = await Application.bootstrapWithPlugins({
  name: 'lunkit',
  entryPoints: doors.map(({ path }) => path),
  tsconfig: placeOf('tsconfig.json'),
  out: placeOf('../../docs/reference'),
  plugin: ['typedoc-plugin-missing-exports'],
  readme: 'none',
  githubPages: false,
  disableSources: true,
  // `npm run typecheck` does.
  skipErrorChecking: true,
  excludeExternals: true,
  excludeInternal: true,
  treatWarningsAsErrors: true,
})
application.converter.on(Converter.EVENT_CREATE_DECLARATION, (context, reflection) => {
  if (reflection.kindOf(ReflectionKind.Module))
    nameModule(reflection, context.getSymbolFromReflection(reflection)?.declarations?.[0]?.getSourceFile().fileName)
})

const project = await application.convert()
if (project === undefined) throw new Error('the declarations could not be read')
validate(project)
await application.generateOutputs(project)
if (application.logger.hasErrors() || application.logger.hasWarnings()) process.exitCode = 1
