/** What the library says in English, and the same in German: marks of slices, what a cleaning did, what a data set lacks, public sources. */
export const GERMAN_LIBRARY: Readonly<Record<string, string>> = {
  // Marks.
  'Nothing is clipped.': 'Nichts ist übersteuert.',
  '{count} of 1000 samples are clipped: it was recorded too loud.':
    '{count} von 1000 Abtastwerten sind übersteuert: es wurde zu laut aufgenommen.',
  'There is no pause in which the noise could be heard.': 'Es gibt keine Pause, in der das Rauschen zu hören wäre.',
  'The noise lies {ratio} dB below the notes, at {floor} dBFS.': 'Das Rauschen liegt {ratio} dB unter den Tönen, bei {floor} dBFS.',
  'One note sounds at a time.': 'Es klingt immer nur ein Ton.',
  'More than one note sounds in {percent} % of the steady moments.': 'In {percent} % der ruhigen Augenblicke klingt mehr als ein Ton.',
  'Too few notes to tell the tuning.': 'Zu wenige Töne, um die Stimmung zu erkennen.',
  "Tuned to a' = 440 Hz.": "Gestimmt auf a' = 440 Hz.",
  "{cents} cents sharp: a' = {hz} Hz.": "{cents} Cent zu hoch: a' = {hz} Hz.",
  "{cents} cents flat: a' = {hz} Hz.": "{cents} Cent zu tief: a' = {hz} Hz.",
  'No note ends in a pause, so the room cannot be heard.': 'Kein Ton endet in einer Pause, darum ist der Raum nicht zu hören.',
  'The sound dies away by 60 dB in {seconds} s: a dry room.': 'Der Klang verhallt um 60 dB in {seconds} s: ein trockener Raum.',
  'The sound dies away by 60 dB in {seconds} s: a resonant room.': 'Der Klang verhallt um 60 dB in {seconds} s: ein halliger Raum.',
  'The sound dies away by 60 dB in {seconds} s.': 'Der Klang verhallt um 60 dB in {seconds} s.',
  'Too short to tell.': 'Zu kurz, um es zu erkennen.',
  'The sound reaches up to {frequency}.': 'Der Klang reicht bis {frequency}.',
  'Something cut the sound off at {frequency}: a lossy format or a low sample rate.':
    'Etwas hat den Klang bei {frequency} abgeschnitten: ein verlustbehaftetes Format oder eine niedrige Abtastrate.',
  'It is silent.': 'Es ist still.',
  'No note is played.': 'Kein Ton wird gespielt.',
  '{percent} % of it is silence.': '{percent} % davon sind Stille.',
  'Nothing else in the library sounds the same.': 'Nichts anderes in der Bibliothek klingt ebenso.',
  'The same sound as "{name}".': 'Derselbe Klang wie „{name}“.',
  '{some} of {all} slices.': '{some} von {all} Abschnitten.',

  // What a cleaning did.
  'Off.': 'Aus.',
  'From {from} Hz to {to} Hz.': 'Von {from} Hz auf {to} Hz.',
  'Already at {rate} Hz.': 'Schon bei {rate} Hz.',
  'No silence at the ends.': 'Keine Stille an den Enden.',
  'Cut {begin} s from the beginning and {end} s from the end.': '{begin} s vom Anfang und {end} s vom Ende abgeschnitten.',
  'The mean of {count} channels.': 'Das Mittel von {count} Kanälen.',
  'Half of left plus right, of {count} channels.': 'Die Hälfte von links plus rechts, von {count} Kanälen.',
  'The left channel of {count} channels.': 'Der linke von {count} Kanälen.',
  'The right channel of {count} channels.': 'Der rechte von {count} Kanälen.',
  'The loudest of {count} channels: together they cancel out.': 'Der lauteste von {count} Kanälen: zusammen löschen sie sich aus.',
  'One channel as recorded.': 'Ein Kanal, wie aufgenommen.',
  'No offset.': 'Kein Gleichanteil.',
  'An offset of {percent} % of full scale was taken off.': 'Ein Gleichanteil von {percent} % der Vollaussteuerung wurde abgezogen.',
  'No mains hum was found.': 'Es wurde kein Netzbrummen gefunden.',
  'Hum of {hz} Hz removed at {count} of its lines.': 'Brummen von {hz} Hz an {count} seiner Linien entfernt.',
  'Hum of {hz} Hz removed at {count} of its lines. Left alone, because notes are played there: {kept} Hz.':
    'Brummen von {hz} Hz an {count} seiner Linien entfernt. In Ruhe gelassen, weil dort Töne gespielt werden: {kept} Hz.',
  'There is no pause to learn the noise from: name a range in which nothing is played.':
    'Es gibt keine Pause, aus der das Rauschen zu lernen wäre: nenn einen Bereich, in dem nichts gespielt wird.',
  'The noise lies {ratio} dB below the music: nothing to do.': 'Das Rauschen liegt {ratio} dB unter der Musik: nichts zu tun.',
  'Noise {ratio} dB below the music lowered by up to {depth} dB; learned at {from}-{to} s.':
    'Rauschen, {ratio} dB unter der Musik, um bis zu {depth} dB gesenkt; gelernt bei {from}–{to} s.',
  'Too soft to be anything but silence.': 'Zu leise, um etwas anderes als Stille zu sein.',
  'Already at {level} LUFS.': 'Schon bei {level} LUFS.',
  'From {from} to {to} LUFS, peaks held {depth} dB lower at {peak} dBTP.':
    'Von {from} auf {to} LUFS, Spitzen {depth} dB tiefer gehalten bei {peak} dBTP.',
  'From {from} to {to} LUFS.': 'Von {from} auf {to} LUFS.',

  // What a data set lacks.
  'It holds {have} minutes; a voice needs at least {least} minutes.':
    'Er enthält {have} Minuten; eine Stimme braucht mindestens {least} Minuten.',
  'It holds {have} minutes; from {good} minutes on a voice becomes dependable.':
    'Er enthält {have} Minuten; ab {good} Minuten wird eine Stimme verlässlich.',
  'All of it is one recording session or two ({count}), so nothing could be held back to measure a voice by.':
    'Alles stammt aus einer oder zwei Sitzungen ({count}), darum ließ sich nichts zurückhalten, woran eine Stimme zu messen wäre.',
  '{some} of {all} slices may not be passed on: their rights do not say so.':
    '{some} von {all} Abschnitten dürfen nicht weitergegeben werden: ihre Rechte sagen es nicht.',

  // Public data sets.
  'Folder of MIDI files (midiworld and others)': 'Ordner mit MIDI-Dateien (midiworld und andere)',
  'Sound as MP3, clips of 30 s or whole tracks, with genres, tags and licences. It does not say which instruments play.':
    'Klang als MP3, Ausschnitte von 30 s oder ganze Stücke, mit Genres, Schlagwörtern und Lizenzen. Welche Instrumente spielen, steht nicht dabei.',
  'Every track carries the licence its artist chose, shown with it. Those with "NoDerivatives" may not be changed, so leave them out of training; those with "NonCommercial" are for non-commercial use; name the artist.':
    'Jedes Stück trägt die Lizenz, die sein Urheber gewählt hat; sie steht dabei. Stücke mit „NoDerivatives“ dürfen nicht verändert werden, nimm sie also nicht zum Training; solche mit „NonCommercial“ sind für nicht gewerblichen Gebrauch; nenn den Urheber.',
  'Scores as MIDI files, many matched to songs of the Million Song Dataset with a score from 0 to 1; no sound. Genres and tags need lmd_matched_h5.':
    'Partituren als MIDI-Dateien, viele den Liedern des Million Song Dataset zugeordnet, mit einer Güte von 0 bis 1; kein Klang. Genres und Schlagwörter brauchen lmd_matched_h5.',
  'The collection may be used and passed on if Raffel 2016 is named. The songs in it are mostly under copyright and so are many of the sequences: train for yourself, and do not pass the scores on.':
    'Die Sammlung darf benutzt und weitergegeben werden, wenn Raffel 2016 genannt wird. Die Lieder darin sind meist geschützt, viele der Sequenzen auch: trainier für dich, und gib die Partituren nicht weiter.',
  'Scores as MIDI files; no sound. The folder a file lies in becomes its tag.':
    'Partituren als MIDI-Dateien; kein Klang. Der Ordner, in dem eine Datei liegt, wird ihr Schlagwort.',
  'No licence comes with such files. The sequences belong to those who made them, the works to their composers. Keep them to yourself, and pass on neither them nor what was trained on them, unless you know the rights.':
    'Solche Dateien kommen ohne Lizenz. Die Sequenzen gehören denen, die sie gemacht haben, die Werke ihren Komponisten. Behalt sie für dich und gib weder sie noch damit Trainiertes weiter, außer du kennst die Rechte.',
  'Titles, artists, tags, tempo, key and the analysis of a million songs; no sound. Its genres and tags belong to the artist, not to the song.':
    'Titel, Interpreten, Schlagwörter, Tempo, Tonart und die Analyse einer Million Lieder; kein Klang. Genres und Schlagwörter gehören zum Interpreten, nicht zum Lied.',
  'Most of the data come under the terms of The Echo Nest API: for research and other non-commercial use, with Bertin-Mahieux et al. 2011 and The Echo Nest named. It holds no sound, and the songs themselves are under copyright.':
    'Die meisten Daten stehen unter den Bedingungen der Echo-Nest-API: für Forschung und anderen nicht gewerblichen Gebrauch, wobei Bertin-Mahieux u. a. 2011 und The Echo Nest zu nennen sind. Klang ist nicht dabei, und die Lieder selbst sind geschützt.',
  'Captions and aspects of 5,521 ten-second clips; no sound comes with them. Your own clips are matched by the id and times in their names, such as "-5f6hjZf9Yw_30-40.wav", or "-5f6hjZf9Yw.wav" for a clip or a whole recording.':
    'Beschreibungen und Merkmale von 5.521 Ausschnitten zu zehn Sekunden; Klang ist nicht dabei. Deine eigenen Ausschnitte werden an Kennung und Zeiten in ihren Namen erkannt, etwa „-5f6hjZf9Yw_30-40.wav“, oder „-5f6hjZf9Yw.wav“ für einen Ausschnitt oder eine ganze Aufnahme.',
  'The captions may be used and changed if MusicCaps (Agostinelli et al. 2023, Google) is named and what is made of the text is passed on under the same licence. The sound is not part of it: it belongs to its makers, and you need your own lawful clips.':
    'Die Beschreibungen dürfen benutzt und verändert werden, wenn MusicCaps (Agostinelli u. a. 2023, Google) genannt und das daraus Gemachte unter derselben Lizenz weitergegeben wird. Der Klang gehört nicht dazu: er gehört denen, die ihn gemacht haben, und du brauchst eigene, rechtmäßige Ausschnitte.',
  'Labels and numeric features of videos; it holds no audio and no video, and no sound can be made from it. Use it to see what is labelled "Violin" and how often.':
    'Etiketten und Zahlenmerkmale von Videos; weder Ton noch Bild, und Klang lässt sich daraus nicht machen. Sieh darin nach, was das Etikett „Violin“ trägt und wie oft.',
  'Labels and features may be used and changed if YouTube-8M (Abu-El-Haija et al. 2016, Google) is named. The videos and their sound are not part of it.':
    'Etiketten und Merkmale dürfen benutzt und verändert werden, wenn YouTube-8M (Abu-El-Haija u. a. 2016, Google) genannt wird. Die Videos und ihr Ton gehören nicht dazu.',
}
