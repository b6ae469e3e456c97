/** rooms.json turned into dependency-cruiser rules. */
const { readFileSync } = require('node:fs')
const { join } = require('node:path')

const { rooms, separateSiblings, packageOwners, pure } = JSON.parse(readFileSync(join(__dirname, 'rooms.json'), 'utf8'))
const SEE = 'See src-main/README.md.'
const SOURCES = '^src-(main|preload|renderer)/'
const TESTS = '\\.test\\.ts$'
const escape = (text) => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')

/** Full path of a room named by its last word. */
const pathOf = (name) => {
  const path = Object.keys(rooms).find((room) => room === name || room.endsWith(`/${name}`))
  if (path === undefined) throw new Error(`rooms.json names a room that does not exist: ${name}`)
  return path
}

const rule = (name, comment, from, to) => ({ name, severity: 'error', comment: `${comment} ${SEE}`, from, to })

const roomRules = Object.entries(rooms).map(([room, may]) =>
  rule(
    `room:${room}`,
    `${room} may import ${may.length === 0 ? 'no other room' : may.join(', ')}.`,
    { path: `^${escape(room)}/`, pathNot: TESTS },
    { path: SOURCES, pathNot: [room, ...may.map(pathOf)].map((path) => `^${escape(path)}/`) },
  ),
)

const siblingRules = separateSiblings.map((room) =>
  rule(
    `siblings:${room}`,
    `Folders inside ${room} do not import each other.`,
    { path: `^${escape(room)}/([^/]+)/`, pathNot: TESTS },
    { path: `^${escape(room)}/`, pathNot: [`^${escape(room)}/$1/`, `^${escape(room)}/[^/]+\\.[a-z]+$`] },
  ),
)

const ownerRules = Object.entries(packageOwners).map(([name, owners]) =>
  rule(
    `owner:${name}`,
    `Only ${owners.join(' and ')} may import ${name}.`,
    { path: '^(src-|test/)', pathNot: [...owners.map((path) => `^${escape(path)}/`)] },
    { path: [`^${escape(name)}(/|$)`, `node_modules/${escape(name)}/`] },
  ),
)

const pureRules = pure.map((room) =>
  rule(`pure:${room}`, `${room} is pure: no Node built-ins.`, { path: `^${escape(room)}/`, pathNot: TESTS }, { dependencyTypes: ['core'] }),
)

module.exports = {
  forbidden: [
    ...roomRules,
    ...siblingRules,
    ...ownerRules,
    ...pureRules,
    rule('no-cycle', 'Files do not import each other in a circle.', { path: SOURCES }, { circular: true }),
    rule(
      'lives-in-a-room',
      'Every source file lives in a room of rooms.json.',
      {
        path: SOURCES,
        pathNot: [...Object.keys(rooms).map((room) => `^${escape(room)}/`), '\\.d\\.ts$'],
      },
      {},
    ),
    rule(
      'no-nameless-room',
      'A file is named after its subject, never utils, helpers, common or misc.',
      {},
      {
        path: '^(src|test|build).*/(utils?|helpers?|common|misc)(/|[.])',
      },
    ),
    rule('sources-know-no-tests', 'Sources never import tests.', { path: SOURCES, pathNot: TESTS }, { path: ['^test/', TESTS] }),
    rule('no-unresolvable', 'Every import leads somewhere.', {}, { couldNotResolve: true, pathNot: ['\\?url', '^electron$', '^abcjs$'] }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^out/', '^dist/', '\\.css$', '\\.svg$'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: join(__dirname, '../../tsconfig.json') },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types', 'svelte', 'browser'],
    },
  },
}
