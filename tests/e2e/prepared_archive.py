"""An archive whose reading takes a minute: it is made once a class, and each test has a copy."""
import os
import shutil
import tempfile
from pathlib import Path

from console_client import ConsoleTest


class PreparedArchive(ConsoleTest):
    """A class of tests says in prepare() what is in its archive. What prepare() returns is self.known in each test."""
    made = None

    def prepare(self):
        raise NotImplementedError

    def setUp(self):
        super().setUp()
        kind = type(self)
        if kind.made is None:
            known = self.prepare()
            kind.made = (Path(tempfile.mkdtemp(prefix="sogoc-e2e-")), known)
            shutil.copytree(self.archive, kind.made[0] / "archive")
        made, self.known = kind.made
        shutil.rmtree(self.archive)
        shutil.copytree(made / "archive", self.archive, copy_function=os.link)
        for part in self.archive.glob("catalogue.sqlite*"):  # the only files that change
            part.unlink()
            shutil.copy2(made / "archive" / part.name, part)

    @classmethod
    def tearDownClass(cls):
        if cls.made:
            shutil.rmtree(cls.made[0], ignore_errors=True)
            cls.made = None
