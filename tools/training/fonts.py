"""Fetches the training fonts by name with npm and lays their subsets out as plain TTF files.

    python fonts.py FOLDER      (npm and fontTools needed; about 60 MB; done once)

Each font becomes FOLDER/ttf/NAME.SUBSET.ttf; a letter is drawn from the first subset that has it. All are published under the SIL Open
Font License or Apache 2.0 (their own LICENSE file lies in FOLDER/npm/NAME). The fonts are only drawn with: none is committed or shipped.
"""
import subprocess
import sys
from pathlib import Path

# Digitised handwriting and lettering that a form could carry. Letters they lack are drawn as base letter plus pen strokes.
HAND = (
    "dancing-script patrick-hand ephesis licorice montecarlo mansalva itim sriracha oooh-baby whisper amatic-sc playpen-sans shantell-sans "
    "grandstander delicious-handrawn cookie caveat caveat-brush reenie-beanie covered-by-your-grace homemade-apple cedarville-cursive "
    "shadows-into-light indie-flower rock-salt gloria-hallelujah architects-daughter kalam handlee gochi-hand nanum-pen-script schoolbell "
    "sue-ellen-francisco swanky-and-moo-moo the-girl-next-door annie-use-your-telescope short-stack neucha delius bad-script marck-script "
    "comic-neue permanent-marker gaegu long-cang liu-jian-mao-cao zhi-mang-xing sacramento satisfy damion courgette poor-story yomogi "
    "zen-kurenaido playwrite-vn charm mali pangolin sedgwick-ave nothing-you-could-do zeyada la-belle-aurore just-me-again-down-here "
    "waiting-for-the-sunrise coming-soon kristi mynerve fuzzy-bubbles square-peg great-vibes corinthia alex-brush allura birthstone italianno "
    "lemonada pacifico mr-de-haviland nanum-brush-script yellowtail"
).split()
PRINT = "be-vietnam-pro tinos arimo roboto open-sans noto-serif eb-garamond source-serif-4 merriweather cousine roboto-mono lora".split()
# Never trained on: the figure for unseen fonts comes from these.
HELD_OUT = "patrick-hand mali caveat playwrite-vn sriracha indie-flower nanum-pen-script zeyada".split()
SUBSETS = ("latin", "latin-ext", "vietnamese")


def fetch(folder):
    import fontTools.ttLib

    for name in HAND + PRINT:
        home = folder / "npm" / name
        if not home.exists():
            home.mkdir(parents=True)
            archive = subprocess.run(["npm", "pack", "--silent", f"@fontsource/{name}"], cwd=home, capture_output=True, text=True).stdout.strip()
            if archive:
                subprocess.run(["tar", "xzf", archive], cwd=home, check=True)
                (home / archive).unlink()
        files = home / "package" / "files"
        for subset in SUBSETS:
            source = files / f"{name}-{subset}-400-normal.woff"
            target = folder / "ttf" / f"{name}.{subset}.ttf"
            if source.exists() and not target.exists():
                target.parent.mkdir(exist_ok=True)
                font = fontTools.ttLib.TTFont(source)
                font.flavor = None
                font.save(target)


if __name__ == "__main__":
    fetch(Path(sys.argv[1]))
