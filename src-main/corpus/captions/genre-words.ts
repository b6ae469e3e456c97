/** Names of kinds of music, as training says them and as only tests do. */
export const GENRE_TAGS: Readonly<Record<string, readonly string[]>> = {
  reel: ['reel', 'fiddle reel', 'Irish reel'],
  jig: ['jig', 'fiddle jig', 'Irish jig'],
  hornpipe: ['hornpipe', 'fiddle hornpipe'],
  strathspey: ['strathspey', 'Scottish strathspey'],
  clog: ['clog', 'clog dance tune'],
  scale: ['scale', 'scale exercise'],
  arpeggio: ['arpeggio', 'broken chord'],
  étude: ['étude', 'study', 'practice piece'],
  'long notes': ['long notes', 'sustained tones'],
  'repeated notes': ['repeated notes', 'repeated-note figure'],
}

export const HELD_GENRE_TAGS: Readonly<Record<string, readonly string[]>> = {
  reel: ['dance tune of the reel kind', 'traditional reel'],
  jig: ['dance tune of the jig kind', 'traditional jig'],
  hornpipe: ['traditional hornpipe', "sailor's hornpipe"],
  strathspey: ['traditional strathspey', 'dance tune of the strathspey kind'],
  clog: ['traditional clog', 'dance tune for clogs'],
  scale: ['run through a scale', 'scale passage'],
  arpeggio: ['chord tones one after another', 'arpeggiated figure'],
  étude: ['technical exercise', 'finger exercise'],
  'long notes': ['drawn-out tones', 'slow single tones'],
  'repeated notes': ['the same notes again and again', 'notes struck several times'],
}
