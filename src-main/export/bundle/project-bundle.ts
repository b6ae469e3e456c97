import { createHash } from 'node:crypto'
import { z } from 'zod'
import { type Project, PROJECT_VERSION, projectSchema } from '#contract/project.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { readZip, writeZip, type ZipEntry } from './zip.ts'

/** A sound file that travels with a project, under the id that the project's sources name. */
export interface BundleAsset {
  readonly assetId: string
  /** "wav" */
  readonly extension: string
  readonly bytes: Uint8Array
}

const FORMAT = 'fiddlehead-project'
/** The only names a bundle may hold: nothing that leads out of a folder, nothing that runs. */
const ENTRY = /^(?:manifest\.json|project\.json|assets\/([a-z0-9-]{4,64})\.([a-z0-9]{1,5}))$/
const manifestSchema = z.object({
  format: z.literal(FORMAT),
  version: z.number().int(),
  files: z.array(z.object({ path: z.string().regex(ENTRY), bytes: z.number().int().min(0), sha256: z.string() })).max(50000),
})

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const toJson = (value: unknown): Uint8Array => new TextEncoder().encode(`${JSON.stringify(value, null, 1)}\n`)

/**
 * A project and all its sound in one file, which any Fiddlehead opens.
 *
 * @param assets  the sound files of the project's sources
 * @throws        EngineError FILE_TOO_LARGE above 2 GB
 */
export const writeBundle = (project: Project, assets: readonly BundleAsset[]): Uint8Array => {
  const entries: (ZipEntry & { bytes: Uint8Array })[] = [
    { path: 'project.json', bytes: toJson(project) },
    ...assets.map(({ assetId, extension, bytes }) => ({ path: `assets/${assetId}.${extension}`, bytes })),
  ]
  const files = entries.map(({ path, bytes }) => ({ path, bytes: bytes.length, sha256: hash(bytes) }))
  return writeZip([{ path: 'manifest.json', bytes: toJson({ format: FORMAT, version: PROJECT_VERSION, files }) }, ...entries])
}

const parseJson = (bytes: Uint8Array | undefined): unknown => {
  try {
    return bytes === undefined ? undefined : JSON.parse(new TextDecoder().decode(bytes))
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/**
 * Opens a bundle: every file is there, unchanged, and every sound that the project names is in it.
 *
 * @param bytes     the whole file
 * @param fileName  names the file in errors
 * @throws          EngineError PROJECT_UNREADABLE, PROJECT_NEWER
 */
export const readBundle = (bytes: Uint8Array, fileName: string): { project: Project; assets: BundleAsset[] } => {
  const refuse = (reason: string): EngineError => new EngineError('PROJECT_UNREADABLE', { path: fileName, reason })
  const entries = readZip(bytes, fileName, (path) => ENTRY.test(path))
  const manifest = parseJson(entries.get('manifest.json'))
  const version = z.object({ format: z.literal(FORMAT), version: z.number() }).safeParse(manifest).data?.version
  if (version === undefined) throw refuse('it is a zip archive of something else')
  if (version > PROJECT_VERSION) throw new EngineError('PROJECT_NEWER', { path: fileName, found: version, known: PROJECT_VERSION })
  const { data: checked } = manifestSchema.safeParse(manifest)
  if (checked === undefined) throw refuse('its list of contents is damaged')
  for (const { path, bytes: length, sha256 } of checked.files) {
    const entry = entries.get(path)
    if (entry === undefined) throw refuse(`${path} is missing from it`)
    if (entry.length !== length || hash(entry) !== sha256) throw refuse(`${path} was changed or damaged`)
  }
  const listed = new Set(checked.files.map(({ path }) => path))
  if (!listed.has('project.json')) throw refuse('it holds no arrangement')
  const read = projectSchema.safeParse(parseJson(entries.get('project.json')))
  if (!read.success) throw refuse(`its arrangement makes no sense (${read.error.issues[0]?.message ?? 'unknown'})`)
  const assets = [...listed].flatMap((path): BundleAsset[] => {
    const [, assetId, extension] = ENTRY.exec(path) ?? []
    const entry = entries.get(path)
    return assetId === undefined || extension === undefined || entry === undefined ? [] : [{ assetId, extension, bytes: entry }]
  })
  const there = new Set(assets.map(({ assetId }) => assetId))
  const missing = read.data.sources.find(({ assetId }) => assetId !== null && !there.has(assetId))
  if (missing !== undefined) throw refuse(`the sound of "${missing.name}" is missing from it`)
  return { project: read.data, assets }
}
