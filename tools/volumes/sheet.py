"""One picture of a book being drawn: millimetres to pixels, and the truth that goes with the ink."""
import random

from ink import BLACK, Canvas, Printer, set_text, union


class Sheet:
    def __init__(self, layout, dpi, paper, broken=0.0):
        self.layout, self.dpi, self.scale = layout, dpi, dpi / 25.4
        self.canvas = Canvas(self.px(layout.paper[0]), self.px(layout.paper[1]), paper)
        self.broken = broken
        self.truth = {"entries": [], "cells": [], "parts": [], "page_numbers": []}
        self.form_colour = random.choice((BLACK, (50, 50, 55), (60, 55, 90)))

    def px(self, mm):
        return int(round(mm * self.scale))

    def ruling(self, x1, y1, x2, y2, width=0.25, break_it=True):
        s = self.scale
        self.canvas.line(x1 * s, y1 * s, x2 * s, y2 * s, width * s, self.form_colour, self.broken if break_it else 0.0)

    def text(self, writer, text, box, size, leading, align="left", vertical="middle", max_lines=9, strength=1.0):
        """Writes `text` into box (mm: left, top, right, bottom), em `size` mm, at most as many lines as fit; returns its ink box in pixels."""
        left, top, right, bottom = box
        fit = max(1, min(max_lines, int((bottom - top) / leading + 0.35)))
        lines, em = set_text(writer, text, size * self.scale, (right - left) * self.scale, fit)
        step = leading * self.scale
        if len(lines) > fit:
            step *= fit / len(lines)
        height = step * (len(lines) - 1)
        if vertical == "middle":
            base = (top + bottom) / 2 * self.scale - height / 2 + em * 0.3
        elif vertical == "top":
            base = top * self.scale + step * 0.75
        else:  # stands on the bottom line
            base = bottom * self.scale - height
        boxes = []
        for line in lines:
            if not line:
                continue
            width = line[-1][2] + line[-1][0].shape[1]
            x0 = left * self.scale
            if align == "centre":
                x0 += max(0.0, ((right - left) * self.scale - width) / 2)
            for mask, rise, x in line:
                boxes.append(self.canvas.stamp(mask, int(x0 + x), int(base - rise), writer.pen, strength))
            base += step
        return union(boxes)

    def print(self, text, box, size=3.4, bold=False, align="centre", vertical="middle", style=None):
        return self.text(Printer(style or self.layout.font, bold, self.form_colour), text, box, size, size * 1.22, align, vertical)

    def box(self, mm):
        return [self.px(v) for v in mm]
