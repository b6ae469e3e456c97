import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { CsvError, parse } from 'csv-parse'
import { throwIfCancelled } from '#main/foundation/cancellation.ts'
import { EngineError } from '#main/foundation/engine-error.ts'

/** One record of a CSV file: its cells by column. */
export interface CsvRow {
  /** Cell of a column; '' where the row has none. */
  readonly cell: (column: string) => string
  /** Line of the file where the record ends, from 1. */
  readonly line: number
  /** How much of the file was read, 0..1. */
  readonly share: number
}

export interface ReadCsvOptions {
  /** Turns the header rows into one name for each column. */
  readonly headerRows?: number
  readonly nameColumn?: (headers: readonly string[]) => string
  /** The file is no table of the wanted kind without these. */
  readonly required: readonly string[]
  /** A row that cannot be read; the next one is. */
  readonly onBadRow: (line: number, reason: string) => void
  readonly signal?: AbortSignal | undefined
}

/** A record longer than this is an unclosed quotation mark, not data. */
const MAXIMUM_RECORD_CHARACTERS = 1_000_000
const damaged = (path: string, reason: string, cause?: unknown): EngineError =>
  new EngineError('SOURCE_FILE_DAMAGED', { path, reason }, { cause })

const describePlace = (error: CsvError): string => `before line ${Number(error.lines)}; what follows was left out`

/** One name for each column from its cells in the header rows. */
const nameColumns = (headers: readonly (readonly string[])[], nameColumn: (names: readonly string[]) => string): string[] => {
  const count = Math.max(0, ...headers.map((row) => row.length))
  return Array.from({ length: count }, (_, i) => nameColumn(headers.map((row) => row[i] ?? '')))
}

/**
 * Rows of a comma-separated file with a header, as a stream: RFC 4180 quotes, quoted line breaks, a byte-order mark.
 *
 * @throws  EngineError FILE_NOT_FOUND, FILE_UNREADABLE; SOURCE_FILE_DAMAGED where the header is wrong or a quotation mark never ends
 */
export async function* readCsv(path: string, options: ReadCsvOptions): AsyncGenerator<CsvRow, void, undefined> {
  const { headerRows = 1, nameColumn = (headers: readonly string[]) => headers[0] ?? '', required, onBadRow, signal } = options
  const facts = await stat(path).catch((cause: unknown) => {
    throw new EngineError('FILE_NOT_FOUND', { path }, { cause })
  })
  const file = createReadStream(path)
  const parser = parse({
    bom: true,
    relax_column_count: true,
    skip_empty_lines: true,
    relax_quotes: true,
    skip_records_with_error: true,
    max_record_size: MAXIMUM_RECORD_CHARACTERS,
    info: true,
    on_skip: (error) => {
      // Behind a quotation mark that never ends nothing can be told apart any more.
      if (error?.code === 'CSV_MAX_RECORD_SIZE') parser.destroy(damaged(path, `a quotation mark stays open ${describePlace(error)}`, error))
      else if (error !== undefined)
        onBadRow(Number(error.lines), error.code === 'CSV_QUOTE_NOT_CLOSED' ? 'a quotation mark stays open' : error.message)
      return undefined
    },
  })
  file.on('error', (cause) => parser.destroy(new EngineError('FILE_UNREADABLE', { path }, { cause })))
  file.pipe(parser)
  const headers: string[][] = []
  let columns = new Map<string, number>()
  let bytesRead = 0
  file.on('data', (chunk) => (bytesRead += chunk.length))
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      throwIfCancelled(signal)
      if (headers.length < headerRows) {
        headers.push(record)
        if (headers.length < headerRows) continue
        columns = new Map(nameColumns(headers, nameColumn).map((name, i) => [name, i]))
        const missing = required.filter((name) => !columns.has(name))
        if (missing.length > 0) throw damaged(path, `it has no column ${missing.map((name) => `"${name}"`).join(', ')}`)
        continue
      }
      const cell = (column: string): string => record[columns.get(column) ?? -1] ?? ''
      yield { cell, line: info.lines, share: facts.size === 0 ? 1 : bytesRead / facts.size }
    }
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause
    throw damaged(path, `it cannot be read ${describePlace(cause)} (${cause.message})`, cause)
  } finally {
    file.destroy()
    parser.destroy()
  }
  if (headers.length < headerRows) throw damaged(path, headers.length === 0 ? 'it is empty' : 'its header is cut off')
}
