#!/usr/bin/env python3
"""check_includes.py [ROOT]: knowledge flows inward. Each folder may include itself and what it names here.

Also: a third-party header stands only in the folders that adapt it. Exit 1 with one line a violation."""
import re
import sys
from pathlib import Path

MAY = {
    "pipeline/core": [],
    "pipeline/jobs": ["pipeline/core"],
    "pipeline/transport": ["pipeline/core", "pipeline/jobs"],
    "pipeline/records": ["pipeline/core", "pipeline/jobs"],
    "pipeline/copies": ["pipeline/core"],
    "pipeline/capture": ["pipeline/core", "pipeline/jobs"],
    "pipeline/flow": ["pipeline/core", "pipeline/capture", "pipeline/copies", "pipeline/jobs", "pipeline/transport"],
    "storage": ["pipeline/core", "pipeline/capture", "pipeline/jobs", "pipeline/records", "pipeline/copies"],
    "models": ["pipeline/core", "pipeline/copies", "pipeline/capture"],  # loaders give the rules their data
    "scanners": ["pipeline/core"],
    "workers/capture": ["pipeline/core", "pipeline/capture", "pipeline/flow", "pipeline/transport", "scanners", "workers/image"],
    "workers/decode": ["pipeline/core"],
    "workers/image": ["pipeline/core", "pipeline/capture", "models"],
    "workers/pdf_read": ["pipeline/core", "workers/decode"],
    "workers/ocr": ["pipeline/core", "models"],
    "workers/handwriting": ["pipeline/core", "models", "workers/ocr"],
    "workers/metadata": ["pipeline/core", "models"],
    "workers/layout": ["pipeline/core", "models", "workers/ocr", "workers/metadata"],
    "workers/pdf_write": ["pipeline/core", "workers/pdf_read", "workers/decode"],
    "workers/exchange": ["pipeline/core"],
    "workers/trust": ["pipeline/core"],
    "workers/signing": ["pipeline/core", "workers/trust"],
    "workers/pades": ["pipeline/core"],
    "workers/copy_write": ["pipeline/core", "models", "workers/pades", "workers/pdf_write"],
    "workers/copy_verify": ["pipeline/core", "pipeline/copies", "workers/trust"],
    "workers/tiles": ["pipeline/core", "workers/decode"],
    "tools/http": ["pipeline/core"],
    "tools/oidc": ["pipeline/core"],
    "tools/server": ["pipeline/capture", "pipeline/core", "pipeline/copies", "pipeline/flow", "pipeline/jobs", "pipeline/records", "storage", "tools/http", "tools/oidc", "tools/signer", "tools/sogoc", "workers/tiles"],
}
ADAPTERS = {
    r"opencv2/": ["workers/image", "workers/ocr", "workers/handwriting", "workers/layout"],
    r"(leptonica/)?allheaders\.h": ["workers/image", "workers/ocr"],
    r"tesseract/": ["workers/ocr"],
    r"podofo/": ["workers/pdf_write", "workers/pades", "workers/copy_write"],
    r"qpdf/": ["workers/pdf_read", "workers/pdf_write", "workers/copy_write", "workers/exchange"],
    r"zip\.h|expat\.h|xlsxwriter\.h": ["workers/exchange"],
    r"hb(-ot|-subset)?\.h|qrencode\.h": ["workers/copy_write"],
    r"curl/": ["workers/signing", "tools/oidc"],
    r"p11-kit/": ["workers/signing"],
    r"cjose/": ["tools/oidc"],
    r"zmq(\.hpp|\.h)": ["pipeline/transport"],
    r"sqlite3\.h": ["storage"],
    r"tiffio\.h|jpeglib\.h|png\.h|webp/|openjpeg|jbig2\.h": ["workers/decode"],
    r"toml\+\+/": ["models", "workers/trust"],
    r"openssl/": ["pipeline/core", "storage", "workers/trust", "workers/signing", "workers/pades",
                 "workers/copy_verify"],
    r"zlib\.h": ["workers/capture", "workers/decode", "workers/copy_verify", "workers/copy_write", "workers/pdf_write"],
    r"spdlog/": ["pipeline/core"],
    r"boost/": ["tools/http"],
    r"sodium\.h": ["tools/server", "tools/oidc"],
    r"sane/": ["scanners"],
    r"zbar\.h": ["workers/capture"],
}
# Headers of an adapter that nobody outside its folder includes.
PRIVATE_HEADERS = {"pipeline/transport/zap_handler.hpp", "workers/decode/tiff_memory.hpp",
                   "workers/image/page_map.hpp", "workers/pdf_read/content_operands.hpp",
                   "workers/pdf_read/pdf_document.hpp"}
INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]')


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent.parent)
    bad = 0
    for part, allowed in MAY.items():
        for file in sorted((root / part).rglob("*.[hc]pp")):
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
                found = INCLUDE.match(line)
                if not found:
                    continue
                kind, name = found.groups()
                where = f"{file.relative_to(root)}:{number}"
                if kind == '"' and not any(name.startswith(p + "/") for p in [part, *allowed]):
                    print(f"{where}: {part} must not include {name}")
                    bad += 1
                for pattern, folders in ADAPTERS.items():
                    if kind == "<" and re.match(pattern, name):
                        if part not in folders:
                            print(f"{where}: <{name}> belongs to {', '.join(folders)}")
                            bad += 1
                        elif file.suffix == ".hpp" and str(file.relative_to(root)) not in PRIVATE_HEADERS and not file.stem.endswith(("_bridge", "_handles", "_boundary", "_private")):
                            print(f"{where}: <{name}> may stand in a .cpp or a private header (*_handles, *_bridge, *_boundary, *_private) only")
                            bad += 1
    sys.exit(bad > 0)


main()
