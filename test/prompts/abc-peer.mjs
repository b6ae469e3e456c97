// Records what abcjs plays for the same tunes: npm install abcjs@6.7.2 in an empty folder, then
//   node abc-peer.mjs < abc-peer-tunes.json > abc-peer.json
// Times are in whole notes. Grace notes and chord symbols are left out by both; of chords we take the top note.
import { readFileSync } from 'node:fs'
import abcjs from 'abcjs'

const tunes = JSON.parse(readFileSync(0, 'utf8'))
const recorded = tunes.map((abc) => {
  const notes = abcjs
    .parseOnly(abc)[0]
    .setUpAudio({ chordsOff: true })
    .tracks[0].filter((event) => event.cmd === 'note' && event.style !== 'grace')
    .map(({ pitch, start, duration }) => ({ pitch, start, duration }))
  return { abc, notes }
})
process.stdout.write(`${JSON.stringify({ peer: 'abcjs 6.7.2', recorded })}\n`)
