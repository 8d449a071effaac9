/** Says which Node this package needs, before something that an older one lacks fails within. Every door imports it first. */
const [major, minor] = process.versions.node.split('.').map(Number) as [number, number]
if (major < 22 || (major === 22 && minor < 12))
  throw new Error(`@lunkit/isns needs Node 22.12 or newer; this is ${process.version}`)
