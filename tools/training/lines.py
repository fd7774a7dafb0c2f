"""An endless stream of (picture, text) for training, or a fixed set for validation."""
import random

import glyphs
import paper
import texts


class Lines:
    def __init__(self, folder, seed, held_out=False):
        cv2_single_thread()
        paper.seed(seed)
        self.hand, self.print = glyphs.faces(folder, held_out)
        self.last = None

    def one(self):
        while True:
            printed = bool(self.print) and random.random() < 0.14
            face = random.choice(self.print if printed else self.hand)
            text = texts.line()
            if face.connected and text.isupper() and random.random() < 0.85:
                continue  # nobody writes capitals in a joined script
            digits = random.choice(self.hand) if not printed and random.random() < 0.4 else None
            ink = glyphs.Hand(face, printed, digits).line(text)
            if ink is None or ink.shape[1] < 8:
                continue
            beside = self.last if random.random() < 0.3 else None
            self.last = ink
            picture = paper.photograph(ink, printed, beside)
            if 16 <= picture.shape[1] <= 1024:
                return picture, text


def cv2_single_thread():
    import cv2

    cv2.setNumThreads(1)
