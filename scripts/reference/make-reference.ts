/**
 * Makes the reference of every package that programs import, as HTML in docs/reference/, of the declarations behind their doors and what
 * is said there. Ends with 1 where TypeDoc warns: of a link that leads nowhere, or of a type that is shown and not exported.
 */
import { fileURLToPath } from 'node:url'
import { Application, Comment, Converter, type DeclarationReflection, ReflectionKind } from 'typedoc'
import { doors } from './doors.ts'

const placeOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** A module of the reference has the name that programs import it by, and begins with what its door says of itself. */
function nameModule(reflection: DeclarationReflection, path: string | undefined): void {
  const door = doors.find(each => each.path === path)
  if (door === undefined) return
  reflection.name = door.name
  reflection.comment = new Comment([{ kind: 'text', text: door.meaning }])
}

const application = await Application.bootstrap({
  name: 'lunkit',
  entryPoints: doors.map(({ path }) => path),
  tsconfig: placeOf('tsconfig.json'),
  out: placeOf('../../docs/reference'),
  readme: 'none',
  githubPages: false,
  disableSources: true,
  // `npm run typecheck` does.
  skipErrorChecking: true,
  treatWarningsAsErrors: true,
})
application.converter.on(Converter.EVENT_CREATE_DECLARATION, (context, reflection) => {
  if (reflection.kindOf(ReflectionKind.Module))
    nameModule(reflection, context.getSymbolFromReflection(reflection)?.declarations?.[0]?.getSourceFile().fileName)
})

const project = await application.convert()
if (project === undefined) throw new Error('the declarations could not be read')
application.validate(project)
await application.generateOutputs(project)
if (application.logger.hasErrors() || application.logger.hasWarnings()) process.exitCode = 1
