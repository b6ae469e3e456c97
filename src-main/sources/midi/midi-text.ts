/** Text of a MIDI event, whose encoding the format leaves open: UTF-8 where it is that, else Latin-1; control characters out. */
export const decodeMidiText = (raw: string): string => {
  const bytes = Buffer.from(raw, 'latin1')
  const utf8 = bytes.toString('utf8')
  const text = utf8.includes('\ufffd') ? raw : utf8
  return text
    .replace(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
}
