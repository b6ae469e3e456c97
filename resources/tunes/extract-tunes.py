"""Extracts compact monophonic tunes from music21's ABC files of Ryan's Mammoth Collection (1883).

    python -m venv v && v/bin/pip install music21 && v/bin/python extract-tunes.py ryans-mammoth.json

Only what the 1883 book prints is kept: pitch and length of each note, slurs, title. Grace notes,
chords and all words of the encoders are left out. Rests have pitch 0, lengths are in quarter notes.
"""
import json, os, sys
import music21
from music21 import chord, converter, note, spanner

folder = os.path.join(os.path.dirname(music21.__file__), 'corpus', 'ryansMammoth')
tunes = []
for name in sorted(os.listdir(folder)):
    if not name.endswith('.abc') or len(tunes) >= 420:
        continue
    if sum(name.encode()) % 5 >= 3:  # about three of five, spread over the book
        continue
    try:
        score = converter.parse(os.path.join(folder, name))
    except Exception as error:
        print('skipped', name, error, file=sys.stderr)
        continue
    flat = score.flatten()
    slurred = set()
    for slur in score.recurse().getElementsByClass(spanner.Slur):
        members = slur.getSpannedElements()
        slurred.update(id(m) for m in members[1:])
    line, bad = [], False
    for event in flat.notesAndRests:
        length = round(float(event.quarterLength), 4)
        if length <= 0:
            continue
        if isinstance(event, chord.Chord):
            bad = True
            break
        midi = 0 if isinstance(event, note.Rest) else event.pitch.midi
        line.append([midi, length] + ([1] if id(event) in slurred else []))
        if len(line) >= 72:
            break
    if bad or len(line) < 16 or any(p and not 55 <= p <= 96 for p, *_ in line):
        continue
    title = (score.metadata.title or name[:-4]).strip() if score.metadata else name[:-4]
    tunes.append({'id': 'ryan-' + name[:-4], 'title': title, 'notes': line})

with open(sys.argv[1], 'w') as out:
    out.write('{"source":"Ryan\'s Mammoth Collection, Elias Howe, Boston 1883 (public domain)",\n')
    out.write('"provenance":"Pitches and lengths read with music21 from the ABC files of its corpus/ryansMammoth folder, transcribed by volunteers for John Chambers\' public tune index; see extract-tunes.py",\n"tunes":[\n')
    out.write(',\n'.join(json.dumps(t, separators=(',', ':'), ensure_ascii=False) for t in tunes))
    out.write('\n]}\n')
print(len(tunes), 'tunes')
